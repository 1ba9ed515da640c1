"""compare.py BINARY DATA: domain/portfolio against numpy, scipy and scikit-learn, on the daily returns of recorded shares.

Tolerances: 1e-9 relative wherever both sides compute the same number; optimisers against scipy's SLSQP, whose own stopping rule is the
limit, by the objective they reach (ours may be better, never worse than 1e-9 relative); Monte Carlo by its sampling error."""
import io
import subprocess
import sys
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.optimize import minimize
from scipy.spatial.distance import pdist
from scipy.stats import norm
from sklearn.covariance import ledoit_wolf

binary, data = sys.argv[1], Path(sys.argv[2])
checked = 0


def daily_closes(symbol):
    archive = zipfile.ZipFile(data / "lean/equity/usa/daily" / f"{symbol}.zip")
    rows = archive.read(archive.namelist()[0]).decode().splitlines()
    return {row.split(",")[0]: float(row.split(",")[4]) for row in rows}


def returns_of(symbols, days):
    closes = [daily_closes(s) for s in symbols]
    common = sorted(set.intersection(*(set(c) for c in closes)))[-days - 1:]
    prices = np.array([[c[day] for c in closes] for day in common])
    return prices[1:] / prices[:-1] - 1


def ours(returns):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as f:
        f.write("\n".join(",".join(repr(float(v)) for v in row) for row in returns))
        f.flush()
        said = defaultdict(list)
        for line in subprocess.run([binary, f.name], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
            name, *values = line.split()
            said[name].append(np.array(values, float))
        return said


def same(name, got, want, rtol=1e-9, atol=0.0):
    global checked
    got, want = np.ravel(got), np.ravel(want)
    assert got.shape == want.shape, f"{name}: {got.shape} values instead of {want.shape}"
    scale = np.max(np.abs(want))
    worst = np.max(np.abs(got - want) / np.maximum(np.abs(want), max(1e-3 * scale, 1e-300)))
    assert np.allclose(got, want, rtol=rtol, atol=max(atol, rtol * 1e-3 * scale)), f"{name}: relative difference {worst:.3g}"
    checked += got.size


def revalued(values, inverse, moves):
    return np.where(inverse, values * (1 - 1 / (1 + moves)), values * moves)


def check_risk(r, cov, said):
    n = r.shape[1]
    x = np.array([(-1 if i % 3 == 1 else 1) * 1000.0 * (i + 1) for i in range(n)])
    inverse = np.arange(n) % 4 == 3
    gains = np.sort(revalued(x, inverse, r).sum(axis=1))
    for c, var, es in said["historical"]:
        tail = round(len(gains) * (1 - c), 9)
        same("historical VaR", var, -np.quantile(gains, tail / len(gains) - 1e-12, method="inverted_cdf"))
        k = int(tail)
        rest = gains[k] * (tail - k) if tail - k > 1e-9 else 0.0
        same("historical shortfall", es, -(gains[:k].sum() + rest) / tail)
    for c, var, es in said["parametric"]:
        z, sigma, mu = norm.ppf(c), np.sqrt(x @ cov @ x), r.mean(axis=0) @ x
        same("parametric VaR", var, z * sigma - mu)
        same("parametric shortfall", es, sigma * norm.pdf(z) / (1 - c) - mu)
    draws = np.random.default_rng(5).multivariate_normal(np.zeros(n), cov, 400_000)
    sample = np.sort(revalued(x, inverse, draws).sum(axis=1))
    for c, var, es in said["simulated"]:
        k = int(len(sample) * (1 - c))
        same("simulated VaR", var, -sample[k], rtol=0.02)
        same("simulated shortfall", es, -sample[:k].mean(), rtol=0.02)
    for c, component in zip((0.9, 0.95, 0.99), said["component"]):
        same("component VaR", component, norm.ppf(c) * x * (cov @ x) / np.sqrt(x @ cov @ x))
    dev = np.sqrt(np.diag(cov))
    cor = cov / np.outer(dev, dev)
    for price, mult, together, gain, var in said["stress"]:
        moved = np.where(inverse, x / (1 + price), x * (1 + price))
        shocked = np.outer(dev, dev) * mult**2 * ((1 - together) * cor + together)
        same("stress gain", gain, revalued(x, inverse, np.full(n, price)).sum(), atol=1e-9)
        same("stress VaR", var, norm.ppf(0.99) * np.sqrt(max(moved @ shocked @ moved, 0)), rtol=1e-7)


def check_best(name, got, objective, n, bounds, jac):
    global checked
    at = minimize(objective, np.full(n, 1 / n), jac=jac, bounds=[bounds] * n, constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
                  method="SLSQP", options={"ftol": 1e-16, "maxiter": 2000})
    assert abs(got.sum() - 1) < 1e-12 and got.min() >= bounds[0] - 1e-12 and got.max() <= bounds[1] + 1e-12, f"{name}: outside its bounds"
    assert objective(got) <= at.fun + 1e-9 * abs(at.fun), f"{name}: {objective(got)} is worse than scipy's {at.fun}"
    checked += n


def check_weights(r, cov, said):
    mu, n = r.mean(axis=0), r.shape[1]
    scale = np.trace(cov)
    var, grad = (lambda w: w @ cov @ w / scale), (lambda w: 2 * cov @ w / scale)
    check_best("minimum variance", said["minimum_variance"][0], var, n, (0, 1), grad)
    inverse = np.linalg.inv(cov)
    same("unbounded minimum variance", said["minimum_variance_free"][0], inverse.sum(axis=1) / inverse.sum(), rtol=1e-9)
    for aversion, *w in said["mean_variance"]:
        check_best("mean-variance", np.array(w), lambda w: (aversion / 2 * w @ cov @ w - mu @ w) / scale, n, (0, 1),
                   lambda w: (aversion * cov @ w - mu) / scale)
    check_best("tangency", said["tangency"][0], lambda w: -(mu @ w) / np.sqrt(w @ cov @ w), n, (0, 1), None)
    w = said["risk_parity"][0]
    same("risk parity", w * (cov @ w) / (w @ cov @ w), np.full(n, 1 / n))
    dev = np.sqrt(np.diag(cov))
    d = np.sqrt(np.clip((1 - cov / np.outer(dev, dev)) / 2, 0, None))
    np.fill_diagonal(d, 0)
    order, hrp = list(leaves_list(linkage(pdist(d), "single"))), np.ones(n)
    stack = [order]
    while stack:  # recursive bisection as the paper's snippet does it
        items = stack.pop()
        if len(items) < 2:
            continue
        halves = items[:len(items) // 2], items[len(items) // 2:]
        variances = []
        for half in halves:
            sub = cov[np.ix_(half, half)]
            ivp = 1 / np.diag(sub) / (1 / np.diag(sub)).sum()
            variances.append(ivp @ sub @ ivp)
        alpha = 1 - variances[0] / sum(variances)
        hrp[halves[0]] *= alpha
        hrp[halves[1]] *= 1 - alpha
        stack += halves
    same("hierarchical risk parity", said["hierarchical"][0], hrp)
    p, q = np.zeros((2, n)), np.array([0.001, -0.0005])
    p[0, 0], p[0, 1], p[1, 2] = 1, -1, 1
    prior, tau = 2.5 * cov @ np.full(n, 1 / n), 0.05
    omega = np.diag(np.diag(p @ (tau * cov) @ p.T))
    middle = np.linalg.inv(np.linalg.inv(tau * cov) + p.T @ np.linalg.inv(omega) @ p)
    same("Black-Litterman mean", said["black_litterman_mean"][0], middle @ (np.linalg.inv(tau * cov) @ prior + p.T @ np.linalg.inv(omega) @ q))
    same("Black-Litterman covariance", said["black_litterman_covariance"][0], cov + middle)


SETS = [("aapl aig bac ibm goog spy".split(), 750), ("spy qqq iwm eem".split(), 2000), ("spy aapl bac".split(), 60),
        ("aapl aig bac eem goog ibm iwm qqq spy uso wm".split(), 252)]
for symbols, days in SETS:
    try:
        r = returns_of(symbols, days)
    except FileNotFoundError as missing:
        sys.exit(f"portfolio: {missing}: the recorded shares are not there")
    assert len(r) > 30, f"{symbols}: {len(r)} common days"
    said, cov = ours(r), np.cov(r, rowvar=False)
    same("covariance", said["covariance"][0], cov)
    want, intensity = ledoit_wolf(r)
    same("Ledoit-Wolf", said["ledoit_wolf"][0], want)
    same("Ledoit-Wolf intensity", said["intensity"][0], intensity)
    same("normal quantile", said["quantiles"][0], norm.ppf(np.r_[np.arange(1, 1000) / 1000, 1e-12, 1e-6, 1 - 1e-6]), rtol=1e-12, atol=1e-15)
    check_risk(r, cov, said)
    check_weights(r, cov, said)
    print(f"{len(r)} days of {' '.join(symbols)}: equal")
print(f"{checked} figures equal")
