export async function openapi(_request: Request, _path: string, _query: URLSearchParams): Promise<Response | undefined> {
  return undefined;
}
