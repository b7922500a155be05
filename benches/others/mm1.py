"""M/M/1 in SimPy, as processes, the way its documentation does it: 80 arrivals a second, 10 ms of service.

Prints customers per second of the fastest round, the mean time in the system in ms over all rounds, and of how many.
"""

import platform
import random
import sys
import time

import simpy

N_ROUNDS = 3
MEAN_GAP_MS = 12.5
MEAN_SERVICE_MS = 10.0


def customer(env, server, rng, total):
    arrived = env.now
    with server.request() as turn:
        yield turn
        yield env.timeout(rng.expovariate(1 / MEAN_SERVICE_MS))
    total[0] += env.now - arrived


def arrivals(env, server, rng, total, n_customers):
    for _ in range(n_customers):
        yield env.timeout(rng.expovariate(1 / MEAN_GAP_MS))
        env.process(customer(env, server, rng, total))


def main():
    n_customers = int(sys.argv[1])
    total = [0.0]
    least = float("inf")
    for seed in range(N_ROUNDS):
        begin = time.perf_counter()
        env = simpy.Environment()
        server = simpy.Resource(env, capacity=1)
        env.process(arrivals(env, server, random.Random(seed), total, n_customers))
        env.run()
        least = min(least, time.perf_counter() - begin)
    n = N_ROUNDS * n_customers
    label = f"SimPy {simpy.__version__} on Python {platform.python_version()}"
    print(f"mm1-simpy {n_customers / least:.0f} {total[0] / n:.3f} {n} {label}")


main()
