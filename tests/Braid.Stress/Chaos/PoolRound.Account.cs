using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <content>What must hold when nobody kills any more: of the pool itself, and of what its tasks have left.</content>
internal sealed partial class PoolRound
{
    /// <summary>As many tasks run at the same time as the pool has workers.</summary>
    private void CheckSize()
    {
        int size = _random.Next(3, 5);
        _pool.Resize(size);
        ErrandTable table = _table;
        table.OpenMeeting();
        Future<int>[] parties = [.. Enumerable.Range(0, size).Select(_ => _pool.Submit(() => table.Meet(size)))];
        bool met = _run.Await(() => System.Array.TrueForAll(parties, static party => party.Done));
        _run.Check(met, $"{size} tasks do not run at the same time in a pool of {size} workers: {_pool.Figures}");
        int distinct = parties.Where(party => party is { Done: true, Failure: null }).Select(party => party.Result()).Distinct().Count();
        bool mayBeLate = _options.TaskTimeout is not null && parties.Any(party => party.Failure is TaskTimeoutException);   // the machine is busy
        _run.Check(distinct == size || mayBeLate, $"{size} tasks that ran at the same time ran in {distinct} processes: {string.Join("; ", parties.Select(party => party.ToString()))}");
        _parties = parties;
    }

    private void CheckFigures()
    {
        long tasks = _all.Count + _parties.Length;
        Eventually(() => _pool.Figures is { Pending: 0, Running: 0 } figures && figures.Done + figures.Failed + figures.Cancelled == tasks, () => $"{tasks} tasks were submitted and have ended, but the pool says {_pool.Figures}");
        Eventually(() => _all.TrueForAll(errand => errand.CallbackFuture == 1), () => $"Not called back once: {string.Join("; ", _all.Where(errand => errand.CallbackFuture != 1).Take(10).Select(errand => $"{errand} {errand.CallbackFuture} times"))}");
        PoolFigures figures = _pool.Figures;
        Future[] futures = [.. _all.Select(errand => errand.Future), .. _parties];
        (long done, long failed, long cancelled) = (futures.Count(future => future is { Cancelled: false, Failure: null }), futures.Count(future => future.Failure is not null), futures.Count(future => future.Cancelled));
        _run.Check((done, failed, cancelled) == (figures.Done, figures.Failed, figures.Cancelled), $"{done} tasks gave results, {failed} failed, {cancelled} were cancelled, but the pool says {figures}");
        long again = _all.Sum(errand => Math.Max(0, _table.BegunOf(errand.Id) - 1L));
        _run.Check(again <= figures.Retried, $"{again} attempts were begun again, but the pool has counted {figures.Retried} retries");
        int most = 1 + _options.Retries + _options.ExceptionRetries;
        Errand? often = _all.Find(errand => _table.BegunOf(errand.Id) > most);
        _run.Check(often is null, $"{often} was begun {_table.BegunOf(often?.Id ?? 0)} times, and may be begun {most} times");
        _tally.Add(figures, futures.Length, _killer.Blows);
    }

    private void CheckAccount()
    {
        _table.Pair.CheckAtTheEnd(_run, _table.Lock, deaths: int.MaxValue);
        while (_table.Queue.TryGet(out int id, TimeSpan.FromMilliseconds(100)))
        {
            _table.WasGotten(id);
        }

        Eventually(() => _all.TrueForAll(HasArrived), () => $"It has printed a line that does not arrive: {_all.Find(errand => !HasArrived(errand))}");
        int lostGets = _all.Where(errand => errand is { Kind: ErrandKind.Gets, IsRight: false }).Sum(errand => _table.BegunOf(errand.Id)) + _all.Where(errand => errand is { Kind: ErrandKind.Gets, IsRight: true }).Sum(errand => _table.BegunOf(errand.Id) - 1);
        int missing = 0;
        foreach (Errand put in _all)
        {
            int gotten = _table.GottenOf(put.Id);
            int most = put.Kind == ErrandKind.Puts ? _table.BegunOf(put.Id) : 0;
            _run.Check(gotten <= most, $"{put}, begun {most} times, was got {gotten} times");
            missing += put is { Kind: ErrandKind.Puts, IsRight: true } && gotten == 0 ? 1 : 0;
        }

        _run.Check(missing <= lostGets, $"{missing} items were put and never got, but only {lostGets} attempts to get one were lost with their workers");
    }

    /// <summary>Whether what it has printed is here.</summary>
    private bool HasArrived(Errand errand) => errand.Kind != ErrandKind.Prints || !errand.IsRight || _printed.ContainsKey(Errand.LineOf(errand.Id));
}
