/** The authenticators of bearer tokens, one after another. Source: kubernetes pkg/kubeapiserver/authenticator/config.go. */
import type { UserInfo } from '../../apis/definition.ts';
import {
  authenticateServiceAccount,
  type Authenticated,
  type TokenContext,
} from './service-account-tokens.ts';
import { API_AUDIENCES, TokenError } from './token-claims.ts';

/** Who a token stands for, for one of these audiences (default: the API server). @throws TokenError. */
export type Authenticate = (token: string, audiences?: readonly string[]) => Promise<Authenticated>;

/** Who makes a request without credentials. */
export const ANONYMOUS: UserInfo = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

/**
 * `known` looks for the tokens a server was given, which are for the API server alone. Without a context there is no
 * cluster whose service accounts could have one.
 */
export const authenticatorOf =
  (
    known: (token: string) => Promise<UserInfo | undefined>,
    context: TokenContext | undefined,
  ): Authenticate =>
  async (token, audiences = API_AUDIENCES) => {
    const own = API_AUDIENCES.filter((one) => audiences.includes(one));
    const user = own.length > 0 ? await known(token) : undefined;
    if (user) return { user, audiences: own };
    const found = context && (await authenticateServiceAccount(context, token, audiences));
    if (!found) throw new TokenError('invalid bearer token');
    return found;
  };
