using System.Globalization;

namespace Braid.AsyncIO;

/// <summary>Looks from outside whether a callback blocks the loop for long, and says so while it lasts: what waits for the loop it blocks would else hang without a word.</summary>
/// <remarks>It looks every few seconds, and speaks when one callback was still running at two looks in a row; a debugged loop also times each callback itself.</remarks>
internal sealed class LoopWatch : IDisposable
{
    private const long NoneSeen = -1;      // the last look found no callback that could be running still

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patienceInDebugMode = TimeSpan.FromSeconds(1);

    private readonly EventLoop _loop;
    private readonly System.Threading.Timer _timer;
    private long _callsSeen = NoneSeen;      // by the timer's callback, as the next one
    private bool _hasTold;

    public LoopWatch(EventLoop loop)
    {
        _loop = loop;
        _timer = new System.Threading.Timer(static watch => ((LoopWatch)watch!).Look(), this, Patience, Patience);
    }

    private TimeSpan Patience => _loop.Debug ? s_patienceInDebugMode : s_patience;

    public void Dispose() => _timer.Dispose();

    internal void Look()
    {
        long calls = _loop.CallsRun;
        bool isIdle = _loop.Sleeps;
        ReadyCall current = _loop.CurrentCall;
        if (calls != _callsSeen || isIdle)
        {
            _callsSeen = isIdle ? NoneSeen : calls;
            _hasTold = false;
            return;
        }

        if (!_hasTold && current.Call is not null)     // null when it is waking up
        {
            _hasTold = true;
            string? waits = WaitGraph.Capture().Waits.FirstOrDefault(wait => wait.ThreadId == _loop.Thread.ManagedThreadId)?.ToString();
            _loop.Report(
                string.Create(CultureInfo.InvariantCulture, $"{CallbackName.Of(current)} has blocked the event loop for {Patience.TotalSeconds:0} s, and still does; nothing else in the loop can run.{(waits is null ? "" : $" {waits}.")} Await instead, or give the call to RunInExecutor."),
                exception: null);
        }
    }
}
