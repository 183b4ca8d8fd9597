using System.Runtime.Loader;
using Braid.Checking.Engine;

namespace Braid.Checking.Rewriting;

/// <summary>Called by the static constructors of rewritten types.</summary>
internal static class Statics
{
    /// <summary>Initializes a type's statics for the first time.</summary>
    /// <remarks>
    /// The types that this constructor uses have been initialized before its end, so they are reset before it. .NET remembers a constructor
    /// that throws, and throws the same exception at each further use of the type; so that constructor is not called for further runs. One
    /// that the end of a run has cut off would spoil the type for all later runs: to .NET it has run to its end.
    /// </remarks>
    /// <param name="reset">Initializes them again.</param>
    /// <param name="initialize">Initializes them; null if the statics have no initial values.</param>
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

    /// <summary>Called when a type with thread-static fields is used for the first time.</summary>
    /// <param name="reset">Resets the calling thread's copies of those fields.</param>
    public static void InitializePerThread(Action reset) => ContextOf(reset)?.AddThreadReset(reset);

    /// <summary>
    /// Other threads would have to wait for the constructor inside .NET, out of the checker's sight; so no other thread runs until it ends.
    /// </summary>
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

    private static SubjectContext? ContextOf(Action reset) =>
        AssemblyLoadContext.GetLoadContext(reset.Method.Module.Assembly) as SubjectContext;
}
