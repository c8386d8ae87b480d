"""Answers to the exercises of chapter 7: typical wrong ones and unusual right ones.

The titles say what is wrong, or what is unusual. EQUIVALENT names program-made mutants that
compute the same thing as the reference.
"""

WRONG = {
    "7.1": {
        "gradient as at w": """
def scale_free(g, length, lr, c):
    return g, c * lr, 1.5 * length**2 / (lr**2 * (g @ g))
""",
        "one c in the learning rate": """
def scale_free(g, length, lr, c):
    return g / c, c * lr, 1.5 * length**2 / (lr**2 * (g @ g))
""",
        "the same learning rate": """
def scale_free(g, length, lr, c):
    return g / c, lr, 1.5 * length**2 / (lr**2 * (g @ g))
""",
        "learning rate the wrong way": """
def scale_free(g, length, lr, c):
    return g / c, lr / c**2, 1.5 * length**2 / (lr**2 * (g @ g))
""",
        "constant growth": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, length**2 / (lr**2 * (g @ g))
""",
        "half forgotten": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 3 * length**2 / (lr**2 * (g @ g))
""",
        "length doubled": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 7.5 * length**2 / (lr**2 * (g @ g))
""",
        "learning rate not squared": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 1.5 * length**2 / (lr * (g @ g))
""",
        "counted from cw": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 1.5 * (c * length) ** 2 / (lr**2 * np.sum((g / c) ** 2))
""",
        "g.sum": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 1.5 * length**2 / (lr**2 * g.sum() ** 2)
""",
        "g.max": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 1.5 * length**2 / (lr**2 * np.abs(g).max() ** 2)
""",
        "constant": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, 10416.7
""",
        "log2": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, np.log(2) * length**2 / (lr**2 * g @ g)
""",
        "exchanged order": """
def scale_free(g, length, lr, c):
    return c**2 * lr, g / c, 1.5 * length**2 / (lr**2 * g @ g)
""",
        "unit gradient": """
def scale_free(g, length, lr, c):
    return g / np.linalg.norm(g) / c, c**2 * lr, 1.5 * length**2 / (lr**2 * g @ g)
""",
    },
    "7.2": {
        "centred view by view": """
def train_step(model, x1, x2, lr):
    z1, z2 = model(torch.cat([x1, x2])).chunk(2)
    z1, z2 = z1 - z1.mean(0), z2 - z2.mean(0)
    loss = losses.barlow_twins(z1, z2, lam=1.0, normalize=False)
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
        "not centred": """
def train_step(model, x1, x2, lr):
    z1, z2 = model(torch.cat([x1, x2])).chunk(2)
    loss = losses.barlow_twins(z1, z2, lam=1.0, normalize=False)
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
        "two passes": """
def train_step(model, x1, x2, lr):
    z1, z2 = model(x1), model(x2)
    mean = torch.cat([z1, z2]).mean(0)
    loss = losses.barlow_twins(z1 - mean, z2 - mean, lam=1.0, normalize=False)
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
        "gradients not cleared": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    loss = losses.barlow_twins(z1, z2, lam=1.0, normalize=False)
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
        "the published loss": """
def train_step(model, x1, x2, lr):
    z1, z2 = model(torch.cat([x1, x2])).chunk(2)
    loss = losses.barlow_twins(z1, z2)
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
        "uphill": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    loss = losses.barlow_twins(z1, z2, lam=1.0, normalize=False)
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p += lr * p.grad
    return loss.item()
""",
        "the parameters rebound": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    loss = losses.barlow_twins(z1, z2, lam=1.0, normalize=False)
    model.zero_grad()
    loss.backward()
    for p in model.parameters():
        p = p - lr * p.grad
    return loss.item()
""",
        "loss with its graph": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    loss = losses.barlow_twins(z1, z2, lam=1.0, normalize=False)
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss
""",
        "C not symmetric": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = z1.T @ z2 / len(z1)
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
        "in place, recorded": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    loss = losses.barlow_twins(z1, z2, lam=1.0, normalize=False)
    model.zero_grad()
    loss.backward()
    for p in model.parameters():
        p -= lr * p.grad
    return loss.item()
""",
        "everybody's BT": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    n, dd = z1.shape
    a, b = ((y - y.mean(0)) / y.std(0) for y in (z1, z2))
    C = a.T @ b / n
    on = (C.diagonal() - 1).pow(2).sum()
    off = C.pow(2).sum() - C.diagonal().pow(2).sum()
    loss = on + 0.0051 * off
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
        "BatchNorm1d layer, lam 1": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    n, dd = z1.shape
    bn = nn.BatchNorm1d(dd, affine=False).double()
    C = bn(z1).T @ bn(z2) / n
    loss = ((C - torch.eye(dd)) ** 2).sum()
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
        "weight decay": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    loss = losses.barlow_twins(z1, z2, lam=1.0, normalize=False)
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr, weight_decay=0.1).step()
    return loss.item()
""",
        "half lr": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    loss = losses.barlow_twins(z1, z2, lam=1.0, normalize=False)
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr / 2).step()
    return loss.item()
""",
        "n - 1": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * (len(z1) - 1))
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
        "2n not halved twice": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z))
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
        "half loss": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    loss = losses.barlow_twins(z1, z2, lam=1.0, normalize=False) / 2
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
    },
    "7.3": {
        "from a record at 0, the part of the interval for the time": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = []
    for c in curves.T:
        half = c[-1] / 2
        if c[-1] < share * curves[-1, 0] or c[0] >= half:
            times.append(np.nan)
            continue
        k = int(np.argmax(c >= half))
        part = (half - c[k - 1]) / (c[k] - c[k - 1])
        times.append(t[k - 1] * (t[k] / t[k - 1]) ** part if t[k - 1] > 0 else part)
    return np.array(times)
""",
        "nothing below 1e-6 is learned": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    last = curves[-1]
    learned = (last >= share * last[0]) & (curves[0] < last / 2) & (last > 1e-6)
    times = [spectra.find_steps(t, curves[:, [j]], last[j] / 2)[0] for j in range(len(last))]
    return np.where(learned, times, np.nan)
""",
        "one half": """
def read_steps(t, eigenvalues, share):
    return spectra.find_steps(t, eigenvalues, 0.5)
""",
        "half of the first curve's end": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = spectra.find_steps(t, curves, curves[-1, 0] / 2)
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
        "half of the largest value": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = [spectra.find_steps(t, c[:, None], c.max() / 2)[0] for c in curves.T]
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
        "columns as they come": """
def read_steps(t, eigenvalues, share):
    last = eigenvalues[-1]
    times = [spectra.find_steps(t, c[:, None], c[-1] / 2)[0] for c in eigenvalues.T]
    return np.where((last >= share * last.max()) & (eigenvalues[0] < last / 2), times, np.nan)
""",
        "nothing left out": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    return np.array([spectra.find_steps(t, c[:, None], c[-1] / 2)[0] for c in curves.T])
""",
        "a share of one": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = [spectra.find_steps(t, c[:, None], c[-1] / 2)[0] for c in curves.T]
    return np.where((curves[-1] >= share) & (curves[0] < curves[-1] / 2), times, np.nan)
""",
        "the start not asked": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = [spectra.find_steps(t, c[:, None], c[-1] / 2)[0] for c in curves.T]
    return np.where(curves[-1] >= share * curves[-1, 0], times, np.nan)
""",
        "the last crossing": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = []
    for c in curves.T:
        half = c[-1] / 2
        k = np.flatnonzero(c < half).max(initial=0) + 1
        part = (half - c[k - 1]) / (c[k] - c[k - 1])
        times.append(t[k - 1] * (t[k] / t[k - 1]) ** part if t[k - 1] > 0 else part * t[k])
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
        "a straight line over t": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = []
    for c in curves.T:
        k = max(np.argmax(c >= c[-1] / 2), 1)
        times.append(np.interp(c[-1] / 2, c[k - 1 : k + 1], t[k - 1 : k + 1]))
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
        "log λ interpolated": """
def read_steps(t, eigenvalues, share):
    curves = np.log(np.sort(eigenvalues, axis=1)[:, ::-1])
    levels = curves[-1] - np.log(2)
    times = [spectra.find_steps(t, c[:, None], x)[0] for c, x in zip(curves.T, levels)]
    learned = (curves[-1] >= np.log(share) + curves[-1, 0]) & (curves[0] < levels)
    return np.where(learned, times, np.nan)
""",
        "columns by their last value": """
def read_steps(t, eigenvalues, share):
    curves = eigenvalues[:, np.argsort(eigenvalues[-1])[::-1]]
    times = [spectra.find_steps(t, c[:, None], c[-1] / 2)[0] for c in curves.T]
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
        "share as the level": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = [spectra.find_steps(t, c[:, None], share * c[-1])[0] for c in curves.T]
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
        "the next record": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = t[np.argmax(curves >= curves[-1] / 2, axis=0)]
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
        "share of the largest": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = [spectra.find_steps(t, c[:, None], c[-1] / 2)[0] for c in curves.T]
    learned = (curves[-1] >= share * curves.max()) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
        "own largest": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = [spectra.find_steps(t, c[:, None], c[-1] / 2)[0] for c in curves.T]
    learned = (curves.max(0) >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
        "> share": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = [spectra.find_steps(t, c[:, None], c[-1] / 2)[0] for c in curves.T]
    learned = (curves[-1] > share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
        "<= half": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = [spectra.find_steps(t, c[:, None], c[-1] / 2)[0] for c in curves.T]
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] <= curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
        "zero for nan": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = [spectra.find_steps(t, c[:, None], c[-1] / 2)[0] for c in curves.T]
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, 0)
""",
        "only learned ones": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = np.array([spectra.find_steps(t, c[:, None], c[-1] / 2)[0] for c in curves.T])
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return times[learned]
""",
        "log t always": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = []
    for c in curves.T:
        half = c[-1] / 2
        k = max(int(np.argmax(c >= half)), 1)
        part = (half - c[k - 1]) / (c[k] - c[k - 1])
        a = max(t[k - 1], 1e-3)
        times.append(a * (t[k] / a) ** part)
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
        "nearest record": """
def read_steps(t, eigenvalues, share):
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    times = t[np.abs(curves - curves[-1] / 2).argmin(0)]
    learned = (curves[-1] >= share * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan)
""",
    },
    "7.4": {
        "iterations halved": 'predictions = (0.5, 1, np.log(1e4) / 8, "no", "same")',
        "time as iterations": 'predictions = (2, 2, np.log(1e4) / 8, "no", "same")',
        "square forgotten": 'predictions = (2, 1, np.log(100) / 8, "no", "same")',
        "no rate": 'predictions = (2, 1, np.log(1e4), "no", "same")',
        "ten to the": 'predictions = (2, 1, 0.5, "no", "same")',
        "staircase from anywhere": 'predictions = (2, 1, np.log(1e4) / 8, "yes", "same")',
        "small is better": 'predictions = (2, 1, np.log(1e4) / 8, "no", "worse")',
        "standard is better": 'predictions = (2, 1, np.log(1e4) / 8, "no", "better")',
        "all wrong": 'predictions = (2, 1, 9.2, "no", "same")',
        "text": 'predictions = ("2", "1", "k", "no", "same")',
        "8": 'predictions = (2, 1, 8, "no", "same")',
        "ln of ratio": 'predictions = (2, 1, np.log(1e4)/8, False, "same")',
    },
    "7.5": {
        "a confidence interval, nan where all differences are 0": """
def paired(a, b, level):
    d = [y - x for x, y in zip(a, b)]
    n = len(d)
    mean = sum(d) / n
    error = (sum((x - mean) ** 2 for x in d) / (n - 1) / n) ** 0.5
    low, high = stats.t.interval(1 - level, n - 1, loc=mean, scale=error)
    return mean, error, not low <= 0 <= high
""",
        "unpaired": """
def paired(a, b, level):
    n = len(a)
    mean, error = b.mean() - a.mean(), np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, 2 * n - 2) * error)
""",
        "around a known mean": """
def paired(a, b, level):
    mean, error = (b - a).mean(), (b - a).std() / np.sqrt(len(a))
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, len(a) - 1) * error)
""",
        "scatter of one": """
def paired(a, b, level):
    mean, error = (b - a).mean(), (b - a).std(ddof=1)
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, len(a) - 1) * error)
""",
        "normal quantile": """
def paired(a, b, level):
    mean, error = (b - a).mean(), (b - a).std(ddof=1) / np.sqrt(len(a))
    return mean, error, bool(abs(mean) > stats.norm.ppf(1 - level / 2) * error)
""",
        "one-sided": """
def paired(a, b, level):
    mean, error = (b - a).mean(), (b - a).std(ddof=1) / np.sqrt(len(a))
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level, len(a) - 1) * error)
""",
        "only better is different": """
def paired(a, b, level):
    mean, error = (b - a).mean(), (b - a).std(ddof=1) / np.sqrt(len(a))
    return mean, error, bool(mean > stats.t.ppf(1 - level / 2, len(a) - 1) * error)
""",
        "a less b": """
def paired(a, b, level):
    mean, error = (a - b).mean(), (a - b).std(ddof=1) / np.sqrt(len(a))
    return mean, error, bool(abs(mean) > stats.t.ppf(1 - level / 2, len(a) - 1) * error)
""",
        "no verdict": """
def paired(a, b, level):
    return (b - a).mean(), (b - a).std(ddof=1) / np.sqrt(len(a))
""",
        "df n": """
def paired(a, b, level):
    d = b - a
    return d.mean(), stats.sem(d), bool(abs(d.mean()) > stats.t.ppf(1 - level / 2, len(d)) * stats.sem(d))
""",
        "ttest_ind": """
def paired(a, b, level):
    d = b - a
    return d.mean(), stats.sem(d), bool(stats.ttest_ind(a, b).pvalue < level)
""",
        "p value returned": """
def paired(a, b, level):
    d = b - a
    return d.mean(), stats.sem(d), stats.ttest_rel(a, b).pvalue
""",
        "level as confidence": """
def paired(a, b, level):
    d = b - a
    return d.mean(), stats.sem(d), bool(abs(d.mean()) > stats.t.ppf(level, len(d) - 1) * stats.sem(d))
""",
        "abs mean": """
def paired(a, b, level):
    d = b - a
    return abs(d.mean()), stats.sem(d), bool(abs(d.mean()) > stats.t.ppf(1 - level / 2, len(d) - 1) * stats.sem(d))
""",
        "always 4.30": """
def paired(a, b, level):
    d = b - a
    return d.mean(), stats.sem(d), bool(abs(d.mean()) > 4.30 * stats.sem(d))
""",
    },
    "7.6": {
        "optimizer forgotten": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "generator": generator.get_state(),
                    "curve": curve}, path)
    return np.array(curve)
""",
        "generator forgotten": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        curve = saved["curve"]
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "curve": curve}, path)
    return np.array(curve)
""",
        "parameters without buffers": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        for p, old in zip(model.parameters(), saved["parameters"]):
            p.data.copy_(old)
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        torch.save({"parameters": [p.data for p in model.parameters()],
                    "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)
    return np.array(curve)
""",
        "saved at the end": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                "generator": generator.get_state(), "curve": curve}, path)
    return np.array(curve)
""",
        "losses since the restart": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve, done = [], 0
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        done = saved["done"]
    while done < steps:
        curve.append(one_step(model, optimizer, generator))
        done += 1
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "done": done}, path)
    return np.array(curve)
""",
        "all steps again": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    for step in range(steps):
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)
    return np.array(curve)
""",
        "counter one behind": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    while len(curve) < steps:
        loss = one_step(model, optimizer, generator)
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)
        curve.append(loss)
    return np.array(curve)
""",
        "never read": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)
    return np.array(curve)
""",
        "seed for state": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.manual_seed(saved["generator"])
        curve = saved["curve"]
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.initial_seed(), "curve": curve}, path)
    return np.array(curve)
""",
        "losses begin anew": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state()}, path)
    return np.array(curve)
""",
        "losses in single precision": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"].tolist()
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": torch.tensor(curve)}, path)
    return np.array(curve)
""",
        "k for k + 1": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve, start = [], 0
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve, start = saved["curve"], saved["step"]
    for step in range(start, steps):
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve, "step": step}, path)
    return np.array(curve)
""",
        "saved before the step": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    while len(curve) < steps:
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)
        curve.append(one_step(model, optimizer, generator))
    return np.array(curve)
""",
        "whole objects from the file": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path, weights_only=False)
        model = saved["model"]
        optimizer = saved["optimizer"]
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model, "optimizer": optimizer,
                    "generator": generator.get_state(), "curve": curve}, path)
    return np.array(curve)
""",
        "the model from the file": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path, weights_only=False)
        model = saved["model"]
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model, "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)
    return np.array(curve)
""",
        "whole objects, refused": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model = saved["model"]
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model, "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)
    return np.array(curve)
""",
        "losses in an array": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"].tolist()
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": np.array(curve)}, path)
    return np.array(curve)
""",
        "finally": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    def save():
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)

    try:
        while len(curve) < steps:
            curve.append(one_step(model, optimizer, generator))
    finally:
        save()
    return np.array(curve)
""",
        "except BaseException": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    def save():
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)

    while len(curve) < steps:
        try:
            loss = one_step(model, optimizer, generator)
        except BaseException:
            save()
            raise
        curve.append(loss)
    return np.array(curve)
""",
        "atexit": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    def save():
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)

    import atexit
    atexit.register(save)
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
    atexit.unregister(save)
    save()
    return np.array(curve)
""",
        "every second step": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    def save():
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)

    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        if len(curve) % 2 == 0 or len(curve) == steps:
            save()
    return np.array(curve)
""",
        "raises in the first life": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    def save():
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)

    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        if len(curve) == 1 and not path.exists():
            raise ValueError("disk")
        save()
    return np.array(curve)
""",
        "generator re-seeded by step": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        curve = saved["curve"]
        generator.manual_seed(len(curve))
    while len(curve) < steps:
        curve.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "curve": curve}, path)
    return np.array(curve)
""",
        "stops early": """
def resumable(one_step, model, optimizer, generator, steps, path):
    return np.array([one_step(model, optimizer, generator) for _ in range(steps - 1)])
""",
    },
    "7.7": {
        "one view": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 3 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "forward alone": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 2 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "products, not operations": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 6 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "one maximum": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 6 * pictures * 2 * k**2 * i * o * after**2 / peak
    b = 6 * pictures * 2 * (i * before**2 + o * after**2) / bandwidth
    return max(a.sum(), b.sum()), float(b.sum() > a.sum())
""",
        "added": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 6 * pictures * 2 * k**2 * i * o * after**2 / peak
    b = 6 * pictures * 2 * (i * before**2 + o * after**2) / bandwidth
    return (a + b).sum(), b.sum() / (a + b).sum()
""",
        "outputs only": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * o * after**2 / bandwidth
    time = 6 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "share of the layers": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    return 6 * pictures * np.maximum(a, b).sum(), np.mean(b > a)
""",
        "four bytes": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 4 * (i * before**2 + o * after**2) / bandwidth
    time = 6 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "k for k²": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 6 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "sizes not squared": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after / peak
    b = 2 * (i * before + o * after) / bandwidth
    time = 6 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "bytes of one pass": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 3 * 2 * k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 2 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "weights counted": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2 + k**2 * i * o) / bandwidth
    time = 6 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "multiplied by the peak": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 * peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 6 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "by how much memory is slower": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = np.maximum(a, b)
    return 6 * pictures * time.sum(), np.maximum(b - a, 0).sum() / time.sum()
""",
        "in pixels": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * before**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 6 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "two inputs": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * (2 * i * before**2 + o * after**2) / bandwidth
    time = 6 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "per cent": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 6 * pictures * np.maximum(a, b)
    return time.sum(), 100 * time[b > a].sum() / time.sum()
""",
        "share of calculating": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 6 * pictures * np.maximum(a, b)
    return time.sum(), time[a > b].sum() / time.sum()
""",
        "minimum": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 6 * pictures * np.minimum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "12": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 12 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "minutes": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 6 / 60 * pictures * np.maximum(a, b)
    return time.sum(), time[b > a].sum() / time.sum()
""",
        "share by count of b sum": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 2 * k**2 * i * o * after**2 / peak
    b = 2 * (i * before**2 + o * after**2) / bandwidth
    time = 6 * pictures * np.maximum(a, b)
    return time.sum(), b.sum() / (a.sum() + b.sum())
""",
    },
    "7.8": {
        "no factor P": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    slope = 2 / n * ((a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1]))
    return np.split(b, processes)[rank] @ slope, np.split(a, processes)[rank] @ slope
""",
        "a loss of its own": """
def contribution(z1, z2, rank, processes):
    z1, z2 = np.split(z1, processes)[rank], np.split(z2, processes)[rank]
    n = len(z1)
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    slope = 2 / n * ((a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1]))
    return b @ slope, a @ slope
""",
        "divided by P": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    slope = 2 / n / processes * ((a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1]))
    return np.split(b, processes)[rank] @ slope, np.split(a, processes)[rank] @ slope
""",
        "not centred": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    a, b = z1, z2
    slope = 2 * processes / n * ((a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1]))
    return np.split(b, processes)[rank] @ slope, np.split(a, processes)[rank] @ slope
""",
        "exchanged": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    slope = 2 * processes / n * ((a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1]))
    return np.split(a, processes)[rank] @ slope, np.split(b, processes)[rank] @ slope
""",
        "all rows": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    slope = 2 * processes / n * ((a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1]))
    return b @ slope, a @ slope
""",
        "every P-th row": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    slope = 2 * processes / n * ((a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1]))
    return b[rank::processes] @ slope, a[rank::processes] @ slope
""",
        "factor 4": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    slope = 4 * processes / n * ((a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1]))
    return np.split(b, processes)[rank] @ slope, np.split(a, processes)[rank] @ slope
""",
        "identity forgotten": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    slope = 2 * processes / n * (a.T @ b + b.T @ a) / (2 * n)
    return np.split(b, processes)[rank] @ slope, np.split(a, processes)[rank] @ slope
""",
        "C not symmetric": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    slope = 2 * processes / n * (a.T @ b / n - np.eye(a.shape[1]))
    return np.split(b, processes)[rank] @ slope, np.split(a, processes)[rank] @ slope
""",
        "both n/P and P": """
def contribution(z1, z2, rank, processes):
    n = len(z1)
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    slope = 2 * processes / (n / processes) * (
        (a.T @ b + b.T @ a) / (2 * n) - np.eye(a.shape[1])
    )
    return np.split(b, processes)[rank] @ slope, np.split(a, processes)[rank] @ slope
""",
        "view means": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - z1.mean(0), z2 - z2.mean(0)
    C = (a.T @ b + b.T @ a) / (2 * n)
    rows = slice(rank * n // processes, (rank + 1) * n // processes)
    return 2*processes/n*b[rows]@(C-np.eye(d)), 2*processes/n*a[rows]@(C-np.eye(d))
""",
        "minus": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * n)
    rows = slice(rank * n // processes, (rank + 1) * n // processes)
    return -2*processes/n*b[rows]@(C-np.eye(d)), -2*processes/n*a[rows]@(C-np.eye(d))
""",
        "off by a row": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * n)
    rows = slice(rank * n // processes, (rank + 1) * n // processes)
    rows = slice(rank*n//processes + 1, (rank+1)*n//processes + 1); return 2*processes/n*b[rows]@(C-np.eye(d)), 2*processes/n*a[rows]@(C-np.eye(d))
""",
        "ranks from 1": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * n)
    rows = slice(rank * n // processes, (rank + 1) * n // processes)
    rows = slice((rank-1)*n//processes, rank*n//processes); return 2*processes/n*b[rows]@(C-np.eye(d)), 2*processes/n*a[rows]@(C-np.eye(d))
""",
        "one over n twice": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * n)
    rows = slice(rank * n // processes, (rank + 1) * n // processes)
    return 2*processes/n**2*b[rows]@(C-np.eye(d)), 2*processes/n**2*a[rows]@(C-np.eye(d))
""",
        "only diagonal": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * n)
    rows = slice(rank * n // processes, (rank + 1) * n // processes)
    return 2*processes/n*b[rows]@np.diag(np.diag(C)-1), 2*processes/n*a[rows]@np.diag(np.diag(C)-1)
""",
        "uncentred outside, centred C": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    mean = np.vstack([z1, z2]).mean(0)
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * n)
    rows = slice(rank * n // processes, (rank + 1) * n // processes)
    return 2*processes/n*z2[rows]@(C-np.eye(d)), 2*processes/n*z1[rows]@(C-np.eye(d))
""",
    },
}

RIGHT = {
    "7.1": {
        "a list, from the two scales": """
def scale_free(g, length, lr, c):
    at_equal_length = np.sqrt(g @ g) * length
    return [g * c**-1, c * c * lr, 3 * length**4 / (2 * lr**2 * at_equal_length**2)]
""",
        "the equation integrated": """
def scale_free(g, length, lr, c):
    from scipy import integrate
    push = lr**2 * np.sum(g * g) * length**2
    steps, _ = integrate.quad(lambda u: u / push, length**2, 2 * length**2)
    return g / c, lr * c**2, steps
""",
        "tensors": """
def scale_free(g, length, lr, c):
    g = torch.as_tensor(g)
    return g / c, torch.tensor(lr * c * c), 3 * length**2 / (2 * lr**2 * (g @ g))
""",
    },
    "7.2": {
        "with an optimizer": """
def train_step(model, x1, x2, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    z = model(torch.cat([x2, x1]))
    a, b = (z - z.mean(0, keepdim=True)).chunk(2)
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    loss = torch.linalg.matrix_norm(C - torch.eye(len(C)).to(C)) ** 2
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss)
""",
        "cleared afterwards, a tensor without its graph": """
def train_step(model, x1, x2, lr):
    n = len(x1)
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    C = z[:n].T @ z[n:] / n
    C = (C + C.T) / 2
    loss = (C**2).sum() - 2 * C.trace() + C.shape[0]
    loss.backward()
    for p in model.parameters():
        p.data.add_(p.grad, alpha=-lr)
        p.grad = None
    return loss.detach()
""",
        "loop over entries": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(0)).chunk(2)
    n, dd = z1.shape
    loss = 0
    for j in range(dd):
        for k in range(dd):
            C = (z1[:, j] @ z2[:, k] + z2[:, j] @ z1[:, k]) / (2 * n)
            loss = loss + (C - (1.0 if j == k else 0.0)) ** 2
    model.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=lr).step()
    return loss.item()
""",
    },
    "7.3": {
        "each curve over its own end": """
def read_steps(t, eigenvalues, share):
    curves = -np.sort(-eigenvalues, axis=1)
    last = curves[-1]
    times = spectra.find_steps(t, np.ones_like(curves), 2.0)
    for j in range(len(last)):
        if last[j] >= share * last[0] and curves[0, j] / last[j] < 0.5:
            times[j] = spectra.find_steps(t, (curves[:, j] / last[j]).reshape(-1, 1))[0]
    return times
""",
        "interpolated by hand": """
def read_steps(t, eigenvalues, share):
    times = []
    curves = [sorted(row, reverse=True) for row in eigenvalues.tolist()]
    for j in range(len(curves[0])):
        curve = [row[j] for row in curves]
        half = curve[-1] / 2
        if curve[-1] < share * curves[-1][0] or curve[0] >= half:
            times.append(np.nan)
            continue
        k = next(i for i, value in enumerate(curve) if value >= half)
        part = (half - curve[k - 1]) / (curve[k] - curve[k - 1])
        early = t[k - 1]
        times.append(early * (t[k] / early) ** part if early > 0 else part * t[k])
    return np.array(times)
""",
        "a list": """
def read_steps(t, eigenvalues, share):
    out = []
    c = np.flip(np.sort(eigenvalues, 1), 1)
    for j in range(c.shape[1]):
        if c[-1, j] < share * c[-1, 0] or c[0, j] >= c[-1, j] / 2:
            out.append(float("nan"))
        else:
            out.append(float(spectra.find_steps(t, c[:, [j]], c[-1, j] / 2)[0]))
    return out
""",
        "float32": """
def read_steps(t, eigenvalues, share):
    e = eigenvalues.astype(np.float32); t = t.astype(np.float32)
    curves = np.sort(e, axis=1)[:, ::-1]
    times = []
    for c in curves.T:
        half = c[-1] / 2
        k = max(int(np.argmax(c >= half)), 1)
        part = (half - c[k - 1]) / (c[k] - c[k - 1])
        times.append(t[k - 1] * (t[k] / t[k - 1]) ** part if t[k-1] > 0 else part * t[k])
    learned = (curves[-1] >= np.float32(share) * curves[-1, 0]) & (curves[0] < curves[-1] / 2)
    return np.where(learned, times, np.nan).astype(np.float32)
""",
    },
    "7.4": {
        "a list, rounded": 'predictions = [2.0, 1.0, 1.15, "No", "same"]',
        "computed": """
k = -np.log(0.01**2) / 8
predictions = (1 / 0.5, 0.5 * 2, np.array(k), "no ", "Same")
""",
    },
    "7.5": {
        "SciPy's own test": """
def paired(a, b, level):
    return np.mean(b - a), stats.sem(b - a), stats.ttest_rel(a, b).pvalue < level
""",
        "a confidence interval": """
def paired(a, b, level):
    d = [y - x for x, y in zip(a, b)]
    n = len(d)
    mean = sum(d) / n
    error = (sum((x - mean) ** 2 for x in d) / (n - 1) / n) ** 0.5
    low, high = stats.t.interval(1 - level, n - 1, loc=mean, scale=error)
    return mean, error, mean != 0 and not low <= 0 <= high
""",
        "permuted form": """
def paired(a, b, level):
    d = torch.tensor(b - a)
    e = d.std() / len(d) ** 0.5
    r = stats.ttest_1samp(d.numpy(), 0)
    return d.mean(), e, torch.tensor(bool(r.pvalue < level))
""",
    },
    "7.6": {
        "one tuple, renamed into place": """
def resumable(one_step, model, optimizer, generator, steps, path):
    import os
    losses, done = np.zeros(steps), 0
    if path.is_file():
        weights, momenta, draws, old, done = torch.load(path)
        model.load_state_dict(weights)
        optimizer.load_state_dict(momenta)
        generator.set_state(draws)
        losses[:done] = old
    for step in range(done, steps):
        losses[step] = one_step(model, optimizer, generator)
        state = (model.state_dict(), optimizer.state_dict(), generator.get_state(),
                 losses[: step + 1].tolist(), step + 1)
        torch.save(state, str(path) + ".part")
        os.replace(str(path) + ".part", path)
    return losses
""",
        "saved at the beginning too": """
def resumable(one_step, model, optimizer, generator, steps, path):
    losses = []
    parts = {"model": model, "optimizer": optimizer}
    if path.exists():
        saved = torch.load(path, weights_only=False)
        for name, part in parts.items():
            part.load_state_dict(saved[name])
        generator.set_state(saved["generator"])
        losses = saved["losses"]
    while True:
        saved = {name: part.state_dict() for name, part in parts.items()}
        torch.save({**saved, "generator": generator.get_state(), "losses": losses}, path)
        if len(losses) == steps:
            return np.array(losses)
        losses.append(one_step(model, optimizer, generator))
""",
        "a list of floats, save twice": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    def save():
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)

    for k in range(len(curve), steps):
        curve.append(one_step(model, optimizer, generator)); save()
    save()
    return curve
""",
        "a tensor": """
def resumable(one_step, model, optimizer, generator, steps, path):
    curve = []
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
        curve = saved["curve"]
    def save():
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "generator": generator.get_state(), "curve": curve}, path)

    for k in range(len(curve), steps):
        print("step", k)
        curve.append(one_step(model, optimizer, generator)); save()
    return torch.tensor(curve, dtype=torch.float64)
""",
    },
    "7.7": {
        "all layers at once": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, before, after = np.array(layers, dtype=float).T
    a = 12 * pictures * (k * after) ** 2 * i * o / peak
    b = 12 * pictures * (i * before**2 + o * after**2) / bandwidth
    time = np.where(a < b, b, a)
    return time.sum(), time @ (a < b) / time.sum()
""",
        "by intensity": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    fast = slow = 0.0
    for i, o, k, before, after in np.asarray(layers).tolist():
        flop = 2.0 * i * o * k * k * after * after
        moved = 2.0 * (i * before * before + o * after * after)
        if flop / moved >= peak / bandwidth:
            fast += flop / peak
        else:
            slow += moved / bandwidth
    return 2 * 3 * pictures * (fast + slow), slow / (fast + slow)
""",
        "float32 arrays": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    L = np.asarray(layers).astype(np.float32)
    i, o, k, s, t = (L[:, j] for j in range(5))
    a = np.float32(12 * pictures / peak) * k * k * i * o * t * t
    b = np.float32(12 * pictures / bandwidth) * (i * s * s + o * t * t)
    m = np.where(a > b, a, b)
    return m.sum(), (m * (b > a)).sum() / m.sum()
""",
    },
    "7.8": {
        "autograd of P times the joint loss": """
def contribution(z1, z2, rank, processes):
    t = torch.tensor(np.concatenate([z1, z2]), requires_grad=True)
    a, b = (t - t.mean(0)).chunk(2)
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    (processes * ((C - torch.eye(len(C))) ** 2).sum()).backward()
    first, second = t.grad.numpy().reshape(2, processes, -1, len(C))[:, rank]
    return first, second
""",
        "rows written out": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    m = n // processes
    mean = (z1.sum(0) + z2.sum(0)) / (2 * n)
    C = np.zeros((d, d))
    for u, v in zip(z1 - mean, z2 - mean):
        C += (np.outer(u, v) + np.outer(v, u)) / (2 * n)
    out = []
    for other in (z2, z1):
        rows = [2 / m * (C - np.eye(d)) @ (row - mean) for row in other[rank * m : rank * m + m]]
        out.append(np.array(rows))
    return tuple(out)
""",
        "torch tensors back": """
def contribution(z1, z2, rank, processes):
    t1, t2 = (torch.tensor(z, requires_grad=True) for z in (z1, z2))
    m = torch.cat([t1, t2]).mean(0)
    a, b = t1 - m, t2 - m
    C = (a.T @ b + b.T @ a) / (2 * len(a))
    g1, g2 = torch.autograd.grad(((C - torch.eye(len(C))) ** 2).sum(), (t1, t2))
    return [processes * g.chunk(processes)[rank] for g in (g1, g2)]
""",
        "torch inputs as float32": """
def contribution(z1, z2, rank, processes):
    z1, z2 = z1.astype(np.float32), z2.astype(np.float32)
    n, d = z1.shape
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - mean, z2 - mean
    E = (a.T @ b + b.T @ a) / np.float32(2 * n) - np.eye(d, dtype=np.float32)
    k = n // processes
    f = np.float32(2 / k)
    return f * b[rank*k:(rank+1)*k] @ E, f * a[rank*k:(rank+1)*k] @ E
""",
    },
}

EQUIVALENT = {}

FURTHER_WRONG = {
    "7.1": {
        "until the length has grown by √2 − 1 of u": """
def scale_free(g, length, lr, c):
    return g / c, c**2 * lr, (length / lr) ** 2 / np.sum(g**2) * (2**0.5 - 1)
""",
        "gradient at cw scaled up": """
def scale_free(g, length, lr, c):
    return g * c, lr / c**2, 3 * length**2 / (2 * lr**2 * np.sum(g**2))
""",
    },
    "7.2": {
        "new parameter objects": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    z1, z2 = z.chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / len(z)
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    grads = torch.autograd.grad(loss, list(model.parameters()))
    new = iter([nn.Parameter((p - lr * g).detach()) for p, g in zip(model.parameters(), grads)])
    for module in model.modules():
        for name in list(module._parameters):
            if module._parameters[name] is not None:
                module._parameters[name] = next(new)
    return loss.item()
""",
        "model left in evaluation mode": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    z1, z2 = z.chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / len(z)
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    grads = torch.autograd.grad(loss, list(model.parameters()))
    with torch.no_grad():
        for p, g in zip(model.parameters(), grads):
            p -= lr * g
    model.eval()
    return loss.item()
""",
        "Adam": """
def train_step(model, x1, x2, lr):
    o = torch.optim.Adam(model.parameters(), lr=lr)
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    z1, z2 = z.chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / len(z)
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    o.zero_grad()
    loss.backward()
    o.step()
    return loss.item()
""",
        "gradient per picture": """
def train_step(model, x1, x2, lr):
    z = model(torch.cat([x1, x2]))
    z = z - z.mean(0)
    z1, z2 = z.chunk(2)
    C = (z1.T @ z2 + z2.T @ z1) / len(z)
    loss = ((C - torch.eye(len(C))) ** 2).sum()
    grads = torch.autograd.grad(loss, list(model.parameters()))
    with torch.no_grad():
        for p, g in zip(model.parameters(), grads):
            p -= lr * g / len(x1)
    return loss.item()
""",
    },
    "7.3": {
        "columns sorted by the last row only": """
def read_steps(t, eigenvalues, share):
    c = eigenvalues[:, np.argsort(-eigenvalues[-1])]
    end = c[-1]
    out = np.array([spectra.find_steps(t, c[:, [j]], end[j] / 2)[0] for j in range(len(end))])
    return np.where((end >= share * end[0]) & (c[0] < end / 2), out, np.nan)
""",
        "share of the largest anywhere": """
def read_steps(t, eigenvalues, share):
    c = np.sort(eigenvalues, axis=1)[:, ::-1]
    end = c[-1]
    out = np.array([spectra.find_steps(t, c[:, [j]], end[j] / 2)[0] for j in range(len(end))])
    return np.where((end >= share * c.max()) & (c[0] < end / 2), out, np.nan)
""",
        "zero for what is not learned": """
def read_steps(t, eigenvalues, share):
    c = np.sort(eigenvalues, axis=1)[:, ::-1]
    end = c[-1]
    out = np.array([spectra.find_steps(t, c[:, [j]], end[j] / 2)[0] for j in range(len(end))])
    return np.where((end >= share * end[0]) & (c[0] < end / 2), out, 0.0)
""",
    },
    "7.5": {
        "n degrees of freedom": """
def paired(a, b, level):
    x = b - a
    e = x.std(ddof=1) / np.sqrt(len(x))
    return x.mean(), e, bool(abs(x.mean()) > stats.t.ppf(1 - level / 2, len(x)) * e)
""",
        "verdict turned round": """
def paired(a, b, level):
    x = b - a
    e = x.std(ddof=1) / np.sqrt(len(x))
    return x.mean(), e, bool(stats.ttest_rel(a, b).pvalue > level)
""",
        "a p-value": """
def paired(a, b, level):
    x = b - a
    e = x.std(ddof=1) / np.sqrt(len(x))
    return x.mean(), e, stats.ttest_rel(a, b).pvalue
""",
    },
    "7.6": {
        "a finished run returns at once, its model not loaded": """
def resumable(one_step, model, optimizer, generator, steps, path):
    record = []
    if path.exists():
        state = torch.load(path, weights_only=False)
        record = state["losses"]
        if len(record) >= steps:
            return np.array(record)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["rng"])
    while len(record) < steps:
        record.append(one_step(model, optimizer, generator))
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "rng": generator.get_state(), "losses": record}, path)
    return np.array(record)
""",
        "only parameters, no running statistics": """
def resumable(one_step, model, optimizer, generator, steps, path):
    record = []
    if path.exists():
        state = torch.load(path, weights_only=False)
        record = state["losses"]
        with torch.no_grad():
            for p, q in zip(model.parameters(), state["model"]):
                p.copy_(q)
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["rng"])
    while len(record) < steps:
        record.append(one_step(model, optimizer, generator))
        torch.save({"model": list(model.parameters()), "optimizer": optimizer.state_dict(),
                    "rng": generator.get_state(), "losses": record}, path)
    return np.array(record)
""",
        "saves every second step": """
def resumable(one_step, model, optimizer, generator, steps, path):
    record = []
    if path.exists():
        state = torch.load(path, weights_only=False)
        record = state["losses"]
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["rng"])
    while len(record) < steps:
        record.append(one_step(model, optimizer, generator))
        if len(record) % 2 == 0:
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                        "rng": generator.get_state(), "losses": record}, path)
    return np.array(record)
""",
    },
    "7.7": {
        "one byte too few: four bytes a number": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, dtype=float).T
    work = 2 * k**2 * i * o * b**2 / peak
    move = 4 * (i * a**2 + o * b**2) / bandwidth
    total = np.maximum(work, move)
    return 6 * pictures * total.sum(), total[move > work].sum() / total.sum()
""",
        "first layer passes twice": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, dtype=float).T
    total = np.maximum(2 * k**2 * i * o * b**2 / peak, 2 * (i * a**2 + o * b**2) / bandwidth)
    passes = np.where(np.arange(len(i)) == 0, 2, 3)
    wait = 2 * (i * a**2 + o * b**2) / bandwidth > 2 * k**2 * i * o * b**2 / peak
    total = total * passes
    return 2 * pictures * total.sum(), total[wait].sum() / total.sum()
""",
        "share in per cent": """
def shortest_epoch(layers, pictures, peak, bandwidth):
    i, o, k, a, b = np.asarray(layers, dtype=float).T
    work = 2 * k**2 * i * o * b**2 / peak
    move = 2 * (i * a**2 + o * b**2) / bandwidth
    total = np.maximum(work, move)
    return 6 * pictures * total.sum(), 100 * total[move > work].sum() / total.sum()
""",
    },
    "7.8": {
        "average of the two gradients": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    rows = slice(rank * n // processes, (rank + 1) * n // processes)
    m = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - m, z2 - m
    g = processes / n * (((a.T @ b + b.T @ a) / (2 * n)) - np.eye(d))
    h = ((a + b) @ g)[rows]
    return h, h
""",
        "half: 1/n for 2/n": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    rows = slice(rank * n // processes, (rank + 1) * n // processes)
    m = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - m, z2 - m
    g = processes / n * (((a.T @ b + b.T @ a) / (2 * n)) - np.eye(d))
    return (b @ g)[rows], (a @ g)[rows]
""",
        "rows of the next process": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    r = (rank + 1) % processes
    rows = slice(r * n // processes, (r + 1) * n // processes)
    m = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - m, z2 - m
    g = 2 * processes / n * (((a.T @ b + b.T @ a) / (2 * n)) - np.eye(d))
    return (b @ g)[rows], (a @ g)[rows]
""",
    },
}
for _exercise, _answers in FURTHER_WRONG.items():
    WRONG[_exercise] |= _answers

FURTHER_RIGHT = {
    "7.3": {
        "single precision, as a tensor": """
def read_steps(t, eigenvalues, share):
    c = np.sort(np.asarray(eigenvalues), axis=1)[:, ::-1].astype(np.float32)
    end = c[-1]
    out = [spectra.find_steps(t, c[:, [j]], end[j] / 2)[0] for j in range(len(end))]
    return torch.tensor(np.where((end >= share * end[0]) & (c[0] < end / 2), out, np.nan))
""",
    },
    "7.4": {
        "three digits": 'predictions = (2, 1, 1.15, "no", "same")',
    },
    "7.5": {
        "a list": """
def paired(a, b, level):
    import statistics
    x = [float(q - p) for p, q in zip(a, b)]
    m, e = statistics.mean(x), statistics.stdev(x) / len(x) ** 0.5
    return [m, e, abs(m) > -stats.t.isf(1 - level / 2, len(x) - 1) * e]
""",
    },
    "7.6": {
        "a tensor of losses, one file put in place": """
def resumable(one_step, model, optimizer, generator, steps, path):
    import copy
    start, record = 0, torch.full((steps,), torch.nan, dtype=torch.float64)
    if path.is_file():
        with open(path, "rb") as f:
            s = torch.load(f, weights_only=False)
        model.load_state_dict(s[0]); optimizer.load_state_dict(s[1]); generator.set_state(s[2])
        start, record = s[3], s[4]
    for k in range(start, steps):
        record[k] = one_step(model, optimizer, generator)
        with open(str(path) + ".tmp", "wb") as f:
            torch.save((model.state_dict(), optimizer.state_dict(), generator.get_state(), k + 1, record), f)
        __import__("os").replace(str(path) + ".tmp", path)
    return record
""",
    },
    "7.8": {
        "a list of both": """
def contribution(z1, z2, rank, processes):
    n, d = z1.shape
    z = np.stack([z1, z2]) - (z1.mean(0) + z2.mean(0)) / 2
    S = z[0].T @ z[1]
    g = 2 * processes / n * ((S + S.T) / (2 * n) - np.eye(d))
    return [x for x in (z[::-1] @ g).reshape(2, processes, -1, d)[:, rank]]
""",
    },
}
for _exercise, _answers in FURTHER_RIGHT.items():
    RIGHT[_exercise] |= _answers
