/** apimachinery: what all kinds share. */
export const META: Readonly<Record<string, string>> = {};
