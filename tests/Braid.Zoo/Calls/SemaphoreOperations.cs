using static BugZoo.Calls.Side;

namespace BugZoo.Calls;

/// <summary>SemaphoreSlim, for threads and for tasks.</summary>
internal static class SemaphoreOperations
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(5);

    public static IOperations Of() =>
        new WaitingOperations<SemaphoreUse>(() => new SemaphoreUse(), typeof(SemaphoreSlim))
            .Add("Wait", Reader, it => SemaphoreUse.OnThreadAsync(() =>
            {
                it.Gate.Wait();
                return true;
            }))
            .Add("Wait: limit", Reader, it => SemaphoreUse.OnThreadAsync(() => it.Gate.Wait(s_limit)))
            .Add("Wait: attempt", Reader, it => it.Gate.Wait(0) ? -1 : 0)
            .Add("Wait: token", Reader, it => SemaphoreUse.OnThreadAsync(() =>
            {
                it.Gate.Wait(it.Token);
                return true;
            }))
            .Add("WaitAsync", Reader, it => SemaphoreUse.TakenAsync(it.Gate.WaitAsync()))
            .Add("WaitAsync: limit", Reader, async it => await it.Gate.WaitAsync(s_limit) ? -1 : 0)
            .Add("WaitAsync: attempt", Reader, async it => await it.Gate.WaitAsync(0) ? -1 : 0)
            .Add("WaitAsync: token", Reader, it => SemaphoreUse.TakenAsync(it.Gate.WaitAsync(it.Token)))
            .Add("WaitAsync: limit and token", Reader, async it => await it.Gate.WaitAsync(s_limit, it.Token) ? -1 : 0)
            .Add("Release", Writer, it =>
            {
                it.Gate.Release();
                return 1;
            })
            .Add("Release: two", Writer, it =>
            {
                it.Gate.Release(2);
                return 2;
            })
            .Add("CurrentCount", Neither, it => GC.KeepAlive(it.Gate.CurrentCount))
            .Add("cancel", Neither, it => it.Cancel());
}
