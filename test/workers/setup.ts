/** A pool that silently ran these tests elsewhere would prove nothing. */
if (navigator.userAgent !== 'Cloudflare-Workers') throw new Error('not in the Workers runtime');
