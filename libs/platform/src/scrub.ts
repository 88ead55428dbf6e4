const secrets: [pattern: RegExp, replacement: string][] = [
  [/grf_[A-Za-z0-9_-]{20,}/g, 'grf_***'],
  [/eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, '***'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"]*):[^\s/@"]+@/gi, '$1:***@'],
  [/("(?:proxy-)?authorization"\s*:\s*)"(?:[^"\\]|\\.)*"/gi, '$1"***"'],
  [/\b(Bearer|Basic) +[A-Za-z0-9\-._~+/]{8,}=*/gi, '$1 ***'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, '***'],
];

/** A log line without what opens doors: tokens, signed claims, passwords in URLs, Authorization headers, private keys. */
export function scrubbed(line: string): string {
  return secrets.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}
