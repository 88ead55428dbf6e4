/** Where data lies: below a folder of the machine, or in a bucket. */
export const uriPattern = /^(file:\/\/\/|s3:\/\/[^/]+\/).+/;
