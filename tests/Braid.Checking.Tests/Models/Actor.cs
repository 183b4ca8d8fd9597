namespace Braid.Checking.Tests.Models;

/// <summary>
/// A thread that makes one move at a time on request. It never ends: it may hold locks, and ending while holding them would be a fault.
/// </summary>
internal sealed class Actor
{
    private readonly object _gate = new();
    private readonly Thread _thread;
    private Move? _next;
    private volatile int _given;
    private volatile int _begun;
    private volatile int _done;
    private volatile string _result = "-";

    public Actor()
    {
        _thread = new Thread(Act) { IsBackground = true };
        _thread.Start();
    }

    public bool IsIdle => _done == _given;

    public string State => IsIdle ? _result : "blocked";

    /// <summary>Whether it has made its move, or waits in it.</summary>
    public bool IsSettled => IsIdle || (_begun == _given && (_thread.ThreadState & ThreadState.WaitSleepJoin) != 0);

    public void Give(Move move)
    {
        lock (_gate)
        {
            _given++;
            _next = move;
            Monitor.Pulse(_gate);
        }
    }

    public void Interrupt() => _thread.Interrupt();

    private void Act()
    {
        while (true)
        {
            Move move;
            lock (_gate)
            {
                while (_next is null)
                {
                    Monitor.Wait(_gate);
                }

                (move, _next) = (_next, null);
            }

            _begun++;
            _result = move.Outcome();
            _done++;
        }
    }
}
