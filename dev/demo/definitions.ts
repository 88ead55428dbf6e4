import type { FlightTables } from './flights.ts';
import { ref, type Versioned } from './wire.ts';

/** The requests by which the demo describes its features, dataset, architecture and training to Griffin. */

export const modelName = 'flight-delay';
export const championAlias = 'champion';
export const definitionName = 'train-flight-delay';

const number = (name: string, description: string) => ({ name, type: 'double', description });

export function weatherView(uri: string, name = 'weather') {
  return {
    name,
    description: 'Hourly weather at the airports of New York. An observation is known once its hour is over.',
    source: { uri, format: 'parquet' },
    entity_keys: ['origin'],
    event_time: 'observed_at',
    available_at: 'available_at',
    max_age_seconds: 6 * 3600,
    features: [
      number('temp', 'Temperature in °F'),
      number('dewp', 'Dew point in °F'),
      number('humid', 'Relative humidity in %'),
      number('wind_dir', 'Wind direction in degrees'),
      number('wind_speed', 'Wind speed in mph'),
      number('precip', 'Precipitation in inches'),
      number('pressure', 'Sea-level pressure in millibars'),
      number('visib', 'Visibility in miles'),
    ],
    tags: ['flights', 'weather'],
  };
}

export function aircraftView(uri: string) {
  return {
    name: 'aircraft',
    description: 'What the register says of an aircraft: fixed when it was built, so dated before all flights.',
    source: { uri, format: 'parquet' },
    entity_keys: ['tailnum'],
    event_time: 'registered_at',
    features: [
      number('engines', 'Number of engines'),
      number('seats', 'Number of seats'),
      number('built_year', 'Year it was built in'),
    ],
    tags: ['flights', 'aircraft'],
  };
}

export function recentDelaysView(uri: string) {
  return {
    name: 'recent-delays',
    description: 'How one carrier’s departures of one hour out of one origin fared, known when all have arrived.',
    source: { uri, format: 'parquet' },
    entity_keys: ['origin', 'carrier'],
    event_time: 'hour_end',
    available_at: 'available_at',
    max_age_seconds: 24 * 3600,
    features: [
      number('recent_flights', 'How many flights'),
      number('recent_dep_delay', 'Mean delay at departure, minutes'),
      number('recent_arr_delay', 'Mean delay at arrival, minutes'),
      number('recent_late_share', 'Share that arrived more than 15 minutes late'),
    ],
    tags: ['flights', 'delays'],
  };
}

export function architecture() {
  return {
    name: 'flight-delay-trees',
    framework: 'xgboost',
    description: 'Gradient-boosted trees for a binary label.',
    defaults: { max_depth: 6, learning_rate: 0.1, min_child_weight: 20, subsample: 0.8 },
    tags: ['flights'],
  };
}

export type Splits = Record<string, { from?: string; until?: string }>;

/** Cut at midnight in New York: trained on the past, judged on a month that training never saw. */
export const wholeYear: Splits = {
  train: { until: '2013-11-01T04:00:00Z' },
  validation: { from: '2013-11-01T04:00:00Z', until: '2013-12-01T05:00:00Z' },
  test: { from: '2013-12-01T05:00:00Z' },
};

/** The request for the demo's dataset: all that the timetable says, and the features of `views`. */
export function dataset(tables: FlightTables, views: Versioned[], splits: Splits) {
  return {
    name: 'flights-2013',
    description: 'Flights out of New York that arrived, with what was known at their scheduled departure.',
    spine: {
      uri: tables.flights,
      entity_keys: ['origin', 'carrier', 'flight', 'tailnum'],
      event_time: 'scheduled_departure',
      label: 'late',
      columns: [
        'departure_minute',
        'weekday',
        'distance',
        'scheduled_minutes',
        'destination_latitude',
        'destination_longitude',
      ],
    },
    features: views.map((view) => ({ view: ref(view) })),
    splits,
  };
}

/** Without `flights`, a run says itself what it trains on. */
export function trainingDefinition(trees: Versioned, flights?: Versioned) {
  return {
    name: definitionName,
    stage: 'prototype',
    kind: 'train',
    runtime: 'xgboost',
    architecture: ref(trees),
    ...(flights && { inputs: { dataset: ref(flights) } }),
    outputs: { model: { name: modelName } },
    limits: { max_attempts: 2, run_timeout_seconds: 1800 },
    tags: ['flights'],
  };
}

/** What the journey's run asks for: two Ray workers of one CPU each. */
export const trainingResources = { workers: 2, cpu: 1, gpu: 0, gpu_type: null, memory_gib: 1, ssd_gib: 1 };
