using System.Globalization;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>Child processes in places: whoever is killed is replaced until the time is up. One that ends in another way has found something wrong, and fails the run.</summary>
/// <param name="run">The run they belong to.</param>
/// <param name="live">What a process does, given its place and its number; numbers are not used twice. It travels.</param>
/// <param name="onDeath">Told of the place and the number of one that has died, before the next is started.</param>
internal sealed class Victims(StressRun run, Func<int, int, Action> live, Action<int, int> onDeath) : IDisposable
{
    /// <summary>How many processes there may be in one run.</summary>
    public const int MostNumbers = 2048;

    private readonly Dictionary<int, (Process Process, int Number)> _places = [];   // by the thread that runs the scenario
    private readonly Roll _roll = new();
    private readonly HashSet<int> _armed = [];                                      // numbers of those that kill themselves at a point of Braid's own; by that thread
    private Killer? _killer;                                                        // by that thread
    private int _made;                                                              // by that thread

    /// <summary>How many have died.</summary>
    public int WorkerFailure { get; private set; }

    public string Standing => string.Join(Environment.NewLine, Kin.Descendants().Select(Kin.Describe));

    /// <summary>Keeps all places filled until the time is up, while they are struck at; until as many have begun, in any case.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="pauseMilliseconds">The usual time between two blows.</param>
    public void Endure(int count, int pauseMilliseconds)
    {
        for (int place = 0; place < count; place++)
        {
            Start(place);
        }

        _killer = new Killer(run.Seed, _roll, pauseMilliseconds);
        while ((!run.TimeIsUp || (_roll.Count < count && !run.HasFailed)) && _made < MostNumbers - count)
        {
            Thread.Sleep(1);
            ReplaceTheDead();
        }

        _killer.Dispose();
        ReplaceTheDead();
    }

    /// <summary>Waits for the end of those that were asked to leave.</summary>
    public void SeeOff(params ReadOnlySpan<int> places)
    {
        foreach (int place in places)
        {
            Process process = _places[place].Process;
            process.Join();
            if (process.ExitCode == 0)
            {
                process.Close();
                _places.Remove(place);
            }
            else
            {
                MarkDead(place);   // the last blow has done its work late
            }
        }
    }

    public void Dispose()
    {
        _killer?.Dispose();
        foreach ((Process process, _) in _places.Values)
        {
            process.Kill();
            process.Join();
            process.Close();
        }

        _places.Clear();
        _roll.Dispose();
    }

    private void Start(int place)
    {
        int number = _made++;
        string name = string.Create(CultureInfo.InvariantCulture, $"{place}:{number}");
        Action life = live(place, number);
        Roll roll = _roll;
        var random = new Random(unchecked((run.Seed * 31) + number));
        string? killPoint = random.Next(3) == 0 ? KillPoint.OfSharedThings[random.Next(KillPoint.OfSharedThings.Count)] : null;
        int time = random.Next(1, 400);
        if (killPoint is not null)
        {
            _armed.Add(number);
        }

        Action signedLife = () =>
        {
            if (killPoint is not null)
            {
                KillPoint.Arm(killPoint, time);
            }

            roll.SignUp();
            life();
        };
        _places[place] = (Process.Start(signedLife, name, daemon: true), number);
    }

    private void ReplaceTheDead()
    {
        foreach (int place in _places.Keys.Where(place => !_places[place].Process.IsAlive).ToArray())
        {
            MarkDead(place);
            Start(place);
        }
    }

    private void MarkDead(int place)
    {
        (Process process, int number) = _places[place];
        bool isKilledByItself = process.End!.Signal == Signals.Kill && _armed.Contains(number);
        run.Check(isKilledByItself || _killer!.HasSent(process.End.Pid, process.End.Signal), $"Nobody killed {process}, but {process.End}");
        WorkerFailure++;
        onDeath(place, number);
        process.Close();
        _places.Remove(place);
    }
}
