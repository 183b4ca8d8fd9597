using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>Sends signals that end processes, at random moments, and remembers to whom it sent which.</summary>
/// <remarks>Only children of this process that have not ended are hit: a number that was given to a stranger is not one of them.</remarks>
internal sealed class Killer : IDisposable
{
    private const int Stop = 19;

    private readonly object _gate = new();
    private readonly HashSet<(int Pid, int Signal)> _sent = [];                    // guarded by _gate
    private readonly List<(int Pid, int Signal, long At)> _planned = [];           // by the killer's thread; after its end by who disposes
    private readonly Random _random;                                               // by the killer's thread
    private readonly bool _crashes;
    private readonly Thread _thread;
    private volatile bool _stops;                                                  // written by who disposes

    /// <param name="seed">Makes its choices.</param>
    /// <param name="victims">Who may be hit.</param>
    /// <param name="pauseMilliseconds">The usual time between two blows.</param>
    /// <param name="crashes">Whether to send SIGSEGV too, as if the process had crashed.</param>
    public Killer(int seed, Roll victims, int pauseMilliseconds, bool crashes = false)
    {
        _random = new Random(seed);
        _crashes = crashes;
        _thread = new Thread(() => Run(victims, pauseMilliseconds)) { IsBackground = true, Name = "killer" };
        _thread.Start();
    }

    /// <summary>How often a signal was sent that ends a process.</summary>
    public int Blows { get; private set; }   // by the killer's thread; read after its end

    /// <summary>Whether a SIGSEGV was sent to anybody.</summary>
    public bool HasCrashedSomebody
    {
        get
        {
            lock (_gate)
            {
                return _sent.Any(sent => sent.Signal == Signals.Segmentation);
            }
        }
    }

    /// <summary>Whether such a signal was sent to the process.</summary>
    public bool HasSent(int pid, int? signal)
    {
        lock (_gate)
        {
            return signal is int number && _sent.Contains((pid, number));
        }
    }

    /// <summary>Ends it; nobody is left stopped.</summary>
    public void Dispose()
    {
        _stops = true;
        _thread.Join();
        _planned.ForEach(plan => Send(plan.Pid, plan.Signal));
        _planned.Clear();
    }

    private void Run(Roll victims, int pauseMilliseconds)
    {
        while (!_stops)
        {
            Thread.Sleep(_random.Next(2 * pauseMilliseconds));
            Thread.SpinWait(_random.Next(20_000));   // so that blows do not follow the timer's beat
            IReadOnlyList<int> pids = victims.Targets(_random);
            if (pids.Count > 0)
            {
                Strike(pids[_random.Next(pids.Count)]);
            }

            foreach ((int pid, int signal, long at) in _planned.Where(plan => plan.At <= Environment.TickCount64).ToArray())
            {
                Send(pid, signal);
                _planned.Remove((pid, signal, at));
            }
        }
    }

    private void Strike(int pid)
    {
        switch (_random.Next(10))
        {
            case 0 or 1:
                Send(pid, Stop);
                _planned.Add((pid, _random.Next(3) == 0 ? Signals.Continue : Signals.Kill, Environment.TickCount64 + _random.Next(200)));
                break;
            case 2:
                Send(pid, Signals.Terminate);
                break;
            case 3 when _crashes:
                Send(pid, Signals.Segmentation);
                break;
            default:
                Send(pid, Signals.Kill);
                break;
        }
    }

    private void Send(int pid, int signal)
    {
        lock (_gate)
        {
            _sent.Add((pid, signal));   // first: its end may be told before this goes on
        }

        if (Kin.IsChild(pid) && Kin.Runs(pid) && ChildStatus.Send(pid, descriptor: -1, signal) && signal is not (Stop or Signals.Continue))
        {
            Blows++;
        }
    }
}
