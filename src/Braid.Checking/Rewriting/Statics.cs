using System.Runtime.Loader;
using Braid.Checking.Engine;

namespace Braid.Checking.Rewriting;

/// <summary>What static constructors of rewritten types call.</summary>
internal static class Statics
{
    /// <summary>Initialises a type's statics for the first time.</summary>
    /// <remarks>
    /// What its constructor uses has been initialised before its end, and so comes before it when all begin anew. .NET remembers a constructor that throws, and throws the same whenever
    /// the type is used again; so it is not called for further runs. But one that the end of a run has thrown out would spoil the type for all that come: to .NET it has run to its end.
    /// </remarks>
    /// <param name="reset">Does it again.</param>
    /// <param name="initialize">Does it; null if the statics have no values to begin with.</param>
    public static void Initialize(Action reset, Action<bool>? initialize)
    {
        try
        {
            initialize?.Invoke(true);
        }
        catch (RunEndedException)
        {
            ContextOf(reset)?.Spoil();
        }

        ContextOf(reset)?.AddReset(reset);
    }

    /// <summary>A type's statics are used for the first time, and some of them each thread has of its own; the delegate brings these back to their first state.</summary>
    public static void RanPerThread(Action reset) => ContextOf(reset)?.AddThreadReset(reset);

    /// <summary>Other threads would have to wait for the constructor in .NET itself, out of sight; so nobody else runs until it ends.</summary>
    public static void Enter()
    {
        if (ControlledThread.Current is { } thread)
        {
            thread.NoSwitch++;
        }
    }

    public static void Leave()
    {
        if (ControlledThread.Current is { } thread)
        {
            thread.NoSwitch--;
        }
    }

    private static SubjectContext? ContextOf(Action reset) => AssemblyLoadContext.GetLoadContext(reset.Method.Module.Assembly) as SubjectContext;
}
