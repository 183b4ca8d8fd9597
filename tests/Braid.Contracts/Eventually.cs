using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Braid.Contracts;

/// <summary>Waits for a state.</summary>
public static class Eventually
{
    private static readonly ConcurrentDictionary<string, int> s_waits = new();   // how many threads wait for what

    /// <summary>What is being waited for here, by its code.</summary>
    internal static IEnumerable<string> Waits => s_waits.Where(static pair => pair.Value > 0).Select(static pair => pair.Key);

    /// <summary>Returns once the condition holds; the test's deadline ends what never does, and says what it was.</summary>
    public static void Holds(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string code = "")
    {
        if (condition())
        {
            return;
        }

        s_waits.AddOrUpdate(code, 1, static (_, count) => count + 1);
        try
        {
            var spin = default(SpinWait);
            while (!condition())
            {
                spin.SpinOnce();
            }
        }
        finally
        {
            s_waits.AddOrUpdate(code, 0, static (_, count) => count - 1);
        }
    }
}
