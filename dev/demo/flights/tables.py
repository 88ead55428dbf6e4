"""The feature tables and the spine, made from the flights of 2013.

Every feature row says from when on it could be known (`available_at`); the spine holds nothing that was not known at
the scheduled departure, but for the label.
"""

from pathlib import Path

import pandas as pd
from arrivals import MINUTES_OF_A_DAY, ONE_HOUR, actual_arrival, minutes_after_midnight
from source import ORIGIN_ZONE, read_csv, read_flights

LATE_AFTER_MINUTES = 15

# The register of aircraft is one undated snapshot of facts that are fixed when an aircraft is built.
# They were known before its first flight, so one moment before all flights dates them all.
_BEFORE_ALL_FLIGHTS = pd.Timestamp("2012-12-31T00:00:00Z")


def build_tables(data: Path) -> dict[str, pd.DataFrame]:
    """Every table by name, each in a fixed order of rows, so that the same source gives the same files."""
    flights = read_flights(data)
    weather = weather_table(data)
    return {
        "weather": weather,
        "weather_corrected": corrected(weather),
        "aircraft": aircraft_table(data),
        "recent_delays": recent_delays_table(flights),
        "flights": spine(data, flights),
    }


def weather_table(data: Path) -> pd.DataFrame:
    """Hourly weather by origin.

    The source names the hour of an observation and not its minute, so a row is known once its hour is over.
    """
    weather = read_csv(data, "weather.csv")
    measured = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "precip", "pressure", "visib"]
    table = weather[["origin", *measured]].astype(dict.fromkeys(measured, "float64"))
    table.insert(1, "observed_at", pd.to_datetime(weather["time_hour"], utc=True))
    table.insert(2, "available_at", table["observed_at"] + ONE_HOUR)
    return table.sort_values(["origin", "observed_at"], ignore_index=True)


def corrected(weather: pd.DataFrame) -> pd.DataFrame:
    """The same table after the weather service corrected a single value: what a changed source looks like."""
    table = weather.copy()
    table.loc[len(table) // 2, "temp"] += 1.0
    return table


def aircraft_table(data: Path) -> pd.DataFrame:
    planes = read_csv(data, "planes.csv")
    table = planes[["tailnum", "engines", "seats"]].astype({"engines": "float64", "seats": "float64"})
    table.insert(1, "registered_at", _BEFORE_ALL_FLIGHTS)
    table["built_year"] = planes["year"].astype("float64")
    return table.sort_values("tailnum", ignore_index=True)


def recent_delays_table(flights: pd.DataFrame) -> pd.DataFrame:
    """How the flights of one carrier out of one origin fared that were to leave within one hour.

    A row covers the flights of the hour that ends at `hour_end`, and is available when the last of them has arrived.
    """
    arrived = flights.assign(arrival=actual_arrival(flights)).dropna(subset=["arrival"])
    arrived = arrived.assign(
        hour_end=arrived["scheduled_departure"].dt.floor("h") + ONE_HOUR,
        late=is_late(arrived).astype("float64"),
    )
    hours = arrived.groupby(["origin", "carrier", "hour_end"], sort=True)
    return hours.agg(
        available_at=("arrival", "max"),
        recent_flights=("arrival", "size"),
        recent_dep_delay=("dep_delay", "mean"),
        recent_arr_delay=("arr_delay", "mean"),
        recent_late_share=("late", "mean"),
    ).reset_index()


def spine(data: Path, flights: pd.DataFrame) -> pd.DataFrame:
    """One row per flight that arrived: who flies when, what the timetable says, and whether it came late.

    The flight number is among its keys: the source has aircraft that leave twice at the same minute.

    The month is left out on purpose: the held-out month never occurs in training.
    """
    arrived = flights[flights["arr_delay"].notna()]
    local = arrived["scheduled_departure"].dt.tz_convert(ORIGIN_ZONE)
    airports = read_csv(data, "airports.csv").set_index("faa")
    table = pd.DataFrame(
        {
            "origin": arrived["origin"],
            "carrier": arrived["carrier"],
            "flight": arrived["flight"].astype("int64"),
            "tailnum": arrived["tailnum"],
            "scheduled_departure": arrived["scheduled_departure"],
            "late": is_late(arrived).astype("int64"),
            "departure_minute": (local.dt.hour * 60 + local.dt.minute).astype("int64"),
            "weekday": local.dt.weekday.astype("int64"),
            "distance": arrived["distance"].astype("int64"),
            "scheduled_minutes": _scheduled_minutes(arrived),
            "destination_latitude": arrived["dest"].map(airports["lat"]).astype("float64"),
            "destination_longitude": arrived["dest"].map(airports["lon"]).astype("float64"),
        }
    )
    return table.sort_values(["scheduled_departure", "origin", "carrier", "flight"], kind="stable", ignore_index=True)


def is_late(flights: pd.DataFrame) -> pd.Series:
    """The label: more than 15 minutes behind the timetable at the gate."""
    return flights["arr_delay"] > LATE_AFTER_MINUTES


def _scheduled_minutes(flights: pd.DataFrame) -> pd.Series:
    """The timetable's own gate-to-gate time, by the clocks of both ends."""
    departure = pd.concat(
        zone["scheduled_departure"].dt.tz_convert(str(name)).dt.tz_localize(None)
        for name, zone in flights.groupby("destination_zone")
    ).reindex(flights.index)
    clock = departure.dt.hour * 60 + departure.dt.minute
    return ((minutes_after_midnight(flights["sched_arr_time"]) - clock) % MINUTES_OF_A_DAY).astype("int64")
