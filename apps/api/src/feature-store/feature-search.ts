export interface FeatureSearch {
  /** Part of a name, a description, a tag or a feature's name, in any case of letters. */
  q?: string;
  tag?: string;
}

const searched = [
  'newest.name ILIKE :text',
  `newest.body ->> 'description' ILIKE :text`,
  `EXISTS (SELECT FROM jsonb_array_elements_text(newest.body -> 'tags') AS tag WHERE tag ILIKE :text)`,
  `EXISTS (SELECT FROM jsonb_array_elements(newest.body -> 'features') AS feature WHERE feature ->> 'name' ILIKE :text)`,
];

/** The search as a condition over `newest`. What was typed is a value, and its wildcards mean themselves. */
export function searchCondition({ q, tag }: FeatureSearch): { sql: string; values: object } {
  const conditions = [
    ...(q === undefined ? [] : [`(${searched.join(' OR ')})`]),
    ...(tag === undefined ? [] : [`newest.body -> 'tags' @> to_jsonb(CAST(:tag AS text))`]),
  ];
  const text = q === undefined ? undefined : `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return { sql: conditions.join(' AND ') || 'true', values: { text, tag } };
}
