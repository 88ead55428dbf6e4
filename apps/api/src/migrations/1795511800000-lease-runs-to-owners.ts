import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The index has what nobody has asked for in its owner's name, the longest unasked first. */
export class LeaseRunsToOwners1795511800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE run ADD COLUMN owner_lease_seconds integer, ADD COLUMN owner_lease_until timestamptz;
      CREATE INDEX run_owner_lease ON run (owner_lease_until)
        WHERE owner_lease_until IS NOT NULL AND state IN ('REQUESTED', 'PROVISIONING', 'RUNNING');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX run_owner_lease;
      ALTER TABLE run DROP COLUMN owner_lease_until, DROP COLUMN owner_lease_seconds;
    `);
  }
}
