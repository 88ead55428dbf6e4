import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Each filter of the list of runs, and a definition's runs of a state, has an index in the list's own order: a page is
 * read, however few runs match.
 */
export class IndexTheFiltersOfRuns1795511400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX run_of_name ON run (project_id, name, id);
      CREATE INDEX run_of_state ON run (project_id, state, id);
      CREATE INDEX run_of_kind ON run (project_id, kind, id);
      CREATE INDEX run_of_definition_state ON run (project_id, definition_name, state, id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX run_of_definition_state, run_of_kind, run_of_state, run_of_name');
  }
}
