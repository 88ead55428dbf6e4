import { segmentsBelow, uriBelow } from './artifact-uri.ts';

/**
 * The URI of the file that lies at the relative `path` (as in `ArtifactFile.path`, not encoded) below a folder's URI.
 * Refuses a path that leads out of the folder.
 */
export function fileUri(folderUri: string, path: string): string {
  const uri = uriBelow(folderUri, path.split('/'));
  segmentsBelow(folderUri, uri);
  return uri;
}
