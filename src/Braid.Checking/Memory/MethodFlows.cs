using Braid.Checking.Engine;

namespace Braid.Checking.Memory;

/// <summary>
/// The async methods of a run that have begun, by number: their reads and writes belong to the method, on whatever threads it runs.
/// </summary>
/// <remarks>
/// An async method that reads a location, awaits, and writes back what it computed loses what others have written in between, even if all
/// of them run on one thread, one after the other. So reads and writes in async methods are identified by the method. The writes of a
/// method that it has called itself, before that method awaits, are its own and not another's.
/// </remarks>
internal sealed class MethodFlows
{
    private readonly List<(int Parent, int Began)> _flows = [(0, 0)];

    /// <summary>Called by rewritten code when an async method begins or resumes.</summary>
    /// <param name="flow">The method's number, kept in its state; 0 at first.</param>
    /// <returns>The number of the method that the thread was running.</returns>
    public static int Enter(ref int flow)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return 0;
        }

        int before = thread.Flow;
        if (flow == 0)
        {
            flow = thread.Execution.Flows.Begin(before, thread.Execution.Tick);
        }

        thread.Flow = flow;
        return before;
    }

    /// <summary>Called by rewritten code when an async method is suspended or ends.</summary>
    public static void Leave(int before)
    {
        if (ControlledThread.Current is { } thread)
        {
            thread.Flow = before;
        }
    }

    /// <summary>When the method that runs on this thread began.</summary>
    public static int BeginTick() =>
        ControlledThread.Current is { } thread ? thread.Execution.Flows._flows[thread.Flow].Began : 0;

    /// <summary>Whether the method is that other one, or was called by it.</summary>
    public bool IsWithin(int flow, int other)
    {
        for (; flow != 0; flow = _flows[flow].Parent)
        {
            if (flow == other)
            {
                return true;
            }
        }

        return false;
    }

    public void Clear() => _flows.RemoveRange(1, _flows.Count - 1);

    private int Begin(int parent, int tick)
    {
        _flows.Add((parent, tick));
        return _flows.Count - 1;
    }
}
