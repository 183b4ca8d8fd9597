using Braid.Checking.Reports;

namespace Braid.Checking.Engine;

/// <content>Threads that are withdrawn before they begin, and the limit on their number.</content>
internal sealed partial class Execution
{
    /// <summary>Ends a started thread before its first step, which it will never take.</summary>
    public void Withdraw(ControlledThread thread)
    {
        int place = Array.IndexOf(_alive, thread, 0, _aliveCount);
        if (place < 0 || thread.Worker is not null)
        {
            throw new InvalidOperationException($"{thread.Name} has begun already, or was never started.");
        }

        thread.Stage = ThreadStage.Ended;
        thread.End.IsReached = true;
        Array.Copy(_alive, place + 1, _alive, place, --_aliveCount - place);
        if (!thread.IsBackground && --_foreground == 0)
        {
            _end.Open = true;
        }
    }

    private void RequireRoomFor(ControlledThread parent)
    {
        if (_threads.Count == Settings.MaxThreads)
        {
            FailIn(
                parent,
                new Failure(
                    Verdict.Livelock,
                    $"the program has made {Text.Count(Settings.MaxThreads, "thread")}, work items and timer callbacks among them, and " +
                    "keeps making them: a periodic timer that is never stopped, or a body too large to be searched"));
        }
    }
}
