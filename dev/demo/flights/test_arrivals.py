"""The arrival times of the feature tables against those derived from the timetable, for every flight of the year."""

from pathlib import Path

from arrivals import actual_arrival
from brute_force import BruteForce
from source import read_flights


def test_every_arrival_agrees_with_timetable_plus_delay(data: Path, brute_force: BruteForce) -> None:
    flights = read_flights(data)
    produced = actual_arrival(flights)[flights["arr_delay"].notna()]
    assert len(produced) == len(brute_force.flights) == 327_346
    expected = [brute_force.arrival(flight) for flight in brute_force.flights]
    disagreements = [
        (flight, moment.isoformat())
        for flight, moment, other in zip(brute_force.flights, produced.dt.to_pydatetime(), expected, strict=True)
        if moment != other
    ]
    assert disagreements == []
