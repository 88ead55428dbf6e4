import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In the list's own order: a page of a DAG's runs, or of one run of it, is read, however many runs there are. */
export class IndexRunsByOwner1795511700000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX run_of_dag ON run (project_id, (owner_ref ->> 'dag_id'), id)
        WHERE owner_ref IS NOT NULL;
      CREATE INDEX run_of_dag_run ON run (project_id, (owner_ref ->> 'dag_id'), (owner_ref ->> 'run_id'), id)
        WHERE owner_ref IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX run_of_dag_run, run_of_dag');
  }
}
