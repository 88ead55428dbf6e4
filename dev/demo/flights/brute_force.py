"""What a row of the dataset must hold, found from the CSV files alone, one flight at a time.

Shares nothing with the code it proves: plain csv and datetime instead of pandas, and arrivals derived from the
timetable and `arr_delay` instead of from `arr_time` and `air_time`. Every rule is written as the question asked at the
moment of the scheduled departure: what is known now?
"""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

Row = dict[str, str]

NEW_YORK = ZoneInfo("America/New_York")
CARIBBEAN = {"BQN", "PSE", "SJU", "STT"}
WEATHER_MAX_AGE = timedelta(hours=6)
DELAYS_MAX_AGE = timedelta(hours=24)


class BruteForce:
    """Answers for one flight at a time; looks at every candidate row each time."""

    def __init__(self, data: Path) -> None:
        self._airports = {row["faa"]: row for row in _rows((data / "airports.csv").read_text())}
        self._planes = {row["tailnum"]: row for row in _rows((data / "planes.csv").read_text())}
        self._weather = defaultdict(list)
        for row in _rows((data / "weather.csv").read_text()):
            self._weather[row["origin"]].append((_utc(row["time_hour"]), row))
        with zipfile.ZipFile(data / "flights.csv.zip") as archive:
            self.flights = [row for row in _rows(archive.read("flights.csv").decode()) if row["arr_delay"] != "NA"]
        self._flights_of = defaultdict(list)
        for row in self.flights:
            hour_end = scheduled_departure(row).replace(minute=0) + timedelta(hours=1)
            self._flights_of[row["origin"], row["carrier"]].append((hour_end, row))

    def expected(self, flight: Row) -> dict[str, float | str | datetime | None]:
        """The whole row: keys, time, label and features."""
        now = scheduled_departure(flight)
        return {
            "origin": flight["origin"],
            "carrier": flight["carrier"],
            "flight": int(flight["flight"]),
            "tailnum": flight["tailnum"],
            "scheduled_departure": now,
            "late": float(int(flight["arr_delay"]) > 15),
            **self._timetable(flight, now),
            **self._weather_known(flight["origin"], now),
            **self._aircraft(flight["tailnum"]),
            **self._delays_known(flight, now),
        }

    def arrival(self, flight: Row) -> datetime:
        """The timetable's arrival plus the delay at arrival."""
        zone = self._zone(flight["dest"])
        departure = scheduled_departure(flight)
        scheduled = departure.astimezone(zone).replace(tzinfo=None)
        clock = _clock(flight["sched_arr_time"])
        day = scheduled.replace(hour=0, minute=0)
        landing = day + clock if day + clock > scheduled else day + timedelta(days=1) + clock
        return landing.replace(tzinfo=zone).astimezone(timezone.utc) + timedelta(minutes=int(flight["arr_delay"]))

    def _zone(self, airport: str) -> ZoneInfo:
        if airport in CARIBBEAN:
            return ZoneInfo("America/Puerto_Rico")
        return ZoneInfo(self._airports[airport]["tzone"])

    def _timetable(self, flight: Row, now: datetime) -> dict[str, float | None]:
        local = now.astimezone(NEW_YORK)
        at_destination = now.astimezone(self._zone(flight["dest"]))
        clock_then = timedelta(hours=at_destination.hour, minutes=at_destination.minute)
        airport = self._airports.get(flight["dest"], {})
        return {
            "departure_minute": float(int(flight["hour"]) * 60 + int(flight["minute"])),
            "weekday": float(local.weekday()),
            "distance": float(flight["distance"]),
            "scheduled_minutes": (_clock(flight["sched_arr_time"]) - clock_then).total_seconds() / 60 % 1440,
            "destination_latitude": _number(airport.get("lat")),
            "destination_longitude": _number(airport.get("lon")),
        }

    def _weather_known(self, origin: str, now: datetime) -> dict[str, float | None]:
        known = [
            (observed, row)
            for observed, row in self._weather[origin]
            if observed + timedelta(hours=1) <= now and now - observed <= WEATHER_MAX_AGE
        ]
        newest = max(known, key=lambda pair: pair[0])[1] if known else {}
        names = ("temp", "dewp", "humid", "wind_dir", "wind_speed", "precip", "pressure", "visib")
        return {name: _number(newest.get(name)) for name in names}

    def _aircraft(self, tailnum: str) -> dict[str, float | None]:
        plane = self._planes.get(tailnum, {})
        columns = {"engines": "engines", "seats": "seats", "built_year": "year"}
        return {column: _number(plane.get(source)) for column, source in columns.items()}

    def _delays_known(self, flight: Row, now: datetime) -> dict[str, float | None]:
        hours: dict[datetime, list[Row]] = defaultdict(list)
        for hour_end, other in self._flights_of[flight["origin"], flight["carrier"]]:
            if hour_end <= now and now - hour_end <= DELAYS_MAX_AGE:
                hours[hour_end].append(other)
        complete = {end: group for end, group in hours.items() if all(self.arrival(other) <= now for other in group)}
        group = complete[max(complete)] if complete else []
        return {
            "recent_flights": float(len(group)) if group else None,
            "recent_dep_delay": _mean(int(other["dep_delay"]) for other in group),
            "recent_arr_delay": _mean(int(other["arr_delay"]) for other in group),
            "recent_late_share": _mean(int(other["arr_delay"]) > 15 for other in group),
        }


def scheduled_departure(flight: Row) -> datetime:
    """The timetable's departure by the clocks of New York."""
    day = datetime(int(flight["year"]), int(flight["month"]), int(flight["day"]), tzinfo=NEW_YORK)
    local = day.replace(hour=int(flight["sched_dep_time"]) // 100, minute=int(flight["sched_dep_time"]) % 100)
    return local.astimezone(timezone.utc)


def _rows(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text)))


def _utc(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def _clock(hhmm: str) -> timedelta:
    return timedelta(hours=int(hhmm) // 100, minutes=int(hhmm) % 100)


def _number(text: str | None) -> float | None:
    return None if text is None or text == "NA" else float(text)


def _mean(values: Iterable[int]) -> float | None:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else None
