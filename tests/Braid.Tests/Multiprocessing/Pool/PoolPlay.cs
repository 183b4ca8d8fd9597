using System.Globalization;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What can happen next in a played pool, each event by a name, and what has happened.</summary>
internal sealed class PoolPlay(PoolWorld world, int mishaps, bool mayGrow = false)
{
    private const int MostTasks = 12;

    private readonly List<string> _path = [];
    private readonly HashSet<string> _mishaps = [];   // among the events that can happen next
    private int _mishapsLeft = mishaps;

    public IReadOnlyList<string> Path => _path;

    public string Signature() => $"{world.Signature()} {_mishapsLeft}";

    public IReadOnlyList<string> Events()
    {
        var events = new List<string>();
        for (int index = 0; index < world.Workers.Count; index++)
        {
            PlayedWorker worker = world.Workers[index];
            AddIf(worker is { IsReady: false, IsDead: false }, $"ready {index}");
            AddIf(worker.CanClaim, $"claim {index}");
            AddIf(worker.CanEndItem, $"item {index}");
            AddIf(worker.CanAnswer, $"say {index}");
            AddIf(worker.CanBeHeard, $"hear {index}");
            AddIf(worker.CanLeave, $"leave {index}");
            AddIf(worker.CanBeReaped, $"reap {index}");
        }

        AddIf(mayGrow && !world.Core.IsClosing && world.Calls.Count < MostTasks, "submit");
        bool isQuiet = events.Count == 0;
        AddIf(isQuiet && world.Core.DueAt != long.MaxValue, "tick");
        AddIf(isQuiet && world.Core.DueAt == long.MaxValue && !world.Core.IsClosing, "close");
        _mishaps.Clear();
        if (_mishapsLeft > 0)
        {
            _mishaps.UnionWith(Mishaps().Except(events));
            events.AddRange(_mishaps);
        }

        return events;

        void AddIf(bool condition, string name)
        {
            if (condition)
            {
                events.Add(name);
            }
        }
    }

    public void Do(string name)
    {
        Assert.Contains(name, Events());
        _mishapsLeft -= _mishaps.Contains(name) ? 1 : 0;
        _path.Add(name);
        string[] parts = name.Split(' ');
        int index = parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        switch (parts[0])
        {
            case "ready":
                world.Workers[index].Ready();
                break;
            case "claim":
                world.Workers[index].Claim();
                break;
            case "item":
                world.Workers[index].EndItem();
                break;
            case "say":
                world.Workers[index].Say();
                break;
            case "throw":
                world.Workers[index].Say(failed: true);
                break;
            case "full":
                world.Workers[index].Say(isFull: true);
                break;
            case "hear":
                world.Workers[index].BeHeard();
                break;
            case "leave":
                world.Workers[index].Die(0);
                break;
            case "die":
                world.Workers[index].Die();
                break;
            case "reap":
                world.Workers[index].BeBuried();
                break;
            case "fail":
                world.Workers[index].FailToStart();
                break;
            case "cancel":
                world.Calls[index].Cancel();
                break;
            case "submit":
                world.Submit();
                break;
            case "tick":
                world.PassToDue();
                break;
            case "resize":
                world.Resize(index);
                break;
            case "force":
                world.CloseByForce(ExitReason.Killed);
                break;
            case "terminate":
                world.CloseByForce(ExitReason.Terminated);
                break;
            default:
                world.Close(cancelPending: parts[0] == "abandon");
                break;
        }
    }

    private IEnumerable<string> Mishaps()
    {
        for (int index = 0; index < world.Workers.Count; index++)
        {
            PlayedWorker worker = world.Workers[index];
            if (!worker.IsDead)
            {
                yield return $"die {index}";
            }

            if (worker.CanAnswer)
            {
                yield return $"throw {index}";
                yield return $"full {index}";
            }

            if (worker is { IsDead: false, IsReady: false })
            {
                yield return $"fail {index}";
            }
        }

        for (int index = 0; index < world.Calls.Count; index++)
        {
            if (!world.Calls[index].Done)
            {
                yield return $"cancel {index}";
            }
        }

        if (world.Core.DueAt != long.MaxValue)
        {
            yield return "tick";
        }

        if (!world.IsForced)
        {
            yield return "force";
            yield return "terminate";
        }

        if (!world.Core.IsClosing)
        {
            yield return "close";
            yield return "abandon";
            yield return "resize 1";
            yield return "resize 3";
        }
    }
}
