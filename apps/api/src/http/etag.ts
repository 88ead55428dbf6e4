const pattern = /"(\d{1,9})"/;

/** The ETag of what counts its revisions. */
export const etagOf = ({ revision }: { revision: number }) => `"${revision}"`;

/** The revision of an ETag, or of an `If-None-Match` that has one; undefined where there is none. */
export function readEtag(header: string | undefined): number | undefined {
  const revision = pattern.exec(header ?? '')?.[1];
  return revision === undefined ? undefined : Number(revision);
}
