export async function discovery(_request: Request, _path: string): Promise<Response | undefined> {
  return undefined;
}
