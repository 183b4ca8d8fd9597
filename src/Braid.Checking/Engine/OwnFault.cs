using System.Diagnostics;
using System.Reflection;
using Braid.Checking.Linearizability;
using Braid.Checking.Memory;

namespace Braid.Checking.Engine;

/// <summary>Tells an exception that the checker's own code has thrown from one of the program, and from one that a hook throws in the place of the member it stands in for.</summary>
internal static class OwnFault
{
    private static readonly Assembly s_checker = typeof(OwnFault).Assembly;

    /// <summary>Whether the checker has thrown it: then it says nothing about the program.</summary>
    public static bool Is(Exception exception) => exception switch
    {
        // Code that .NET does not take, and the program was compiled: the rewriter has made that.
        InvalidProgramException or System.Security.VerificationException => true,
        TypeInitializationException { InnerException: { } inner } => Is(inner),
        RunEndedException or ThreadInterruptedException or SynchronizationLockException or Testing.TestFailedException => false,
        // Two of the checker's types throw for the program: where it accesses memory, and where its task is awaited in its place.
        _ => ThrowerOf(exception)?.DeclaringType is { } type && type != typeof(MemoryAccess) && type != typeof(Result)
            && type.Namespace switch
            {
                "Braid.Checking" => false,          // which the program calls itself
                "Braid.Checking.Hooks" => IsNeverMeant(exception),
                _ => true,
            },
    };

    public static Failure Describe(Exception exception) =>
        new(Verdict.CheckerFailed, $"an exception of its own, which says nothing about the program: {exception.GetType().Name}: {exception.Message}") { Exception = exception };

    /// <summary>No member that hooks stand in for throws these.</summary>
    private static bool IsNeverMeant(Exception exception) => exception is InvalidCastException or IndexOutOfRangeException or KeyNotFoundException or UnreachableException;

    /// <summary>The method that threw, or called the method of .NET that did; null if it is not one of the checker's.</summary>
    private static MethodBase? ThrowerOf(Exception exception)
    {
        foreach (StackFrame frame in new StackTrace(exception, fNeedFileInfo: false).GetFrames())
        {
            if (frame.GetMethod() is { } method && method.Module.Assembly != typeof(object).Assembly)
            {
                return method.Module.Assembly == s_checker ? method : null;
            }
        }

        return null;
    }
}
