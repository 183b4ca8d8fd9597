using System.Diagnostics;
using System.Reflection;
using Braid.Checking.Linearizability;
using Braid.Checking.Memory;

namespace Braid.Checking.Engine;

/// <summary>
/// Recognizes exceptions thrown by errors of the checker itself, as opposed to those of the program and those that a hook throws because
/// the member it replaces would.
/// </summary>
internal static class OwnFault
{
    private static readonly Assembly s_checker = typeof(OwnFault).Assembly;

    /// <summary>Whether an error of the checker is the cause: then the exception says nothing about the program.</summary>
    public static bool Is(Exception exception) => exception switch
    {
        // Invalid code. A compiler made the program, so the rewriter must have made that.
        InvalidProgramException or System.Security.VerificationException => true,
        TypeInitializationException { InnerException: { } inner } => Is(inner),
        RunEndedException or ThreadInterruptedException or SynchronizationLockException or Testing.TestFailedException => false,
        // Two of the checker's types throw exceptions of the program: one accesses memory for it, the other awaits its tasks.
        _ => ThrowingMethodOf(exception)?.DeclaringType is { } type && type != typeof(MemoryAccess) && type != typeof(Result)
            && type.Namespace switch
            {
                "Braid.Checking" => false,          // the program calls it
                "Braid.Checking.Hooks" => IsNeverMeant(exception),
                _ => true,
            },
    };

    public static Failure Describe(Exception exception) =>
        new(
            Verdict.CheckerFailed,
            $"an exception of its own, which says nothing about the program: {exception.GetType().Name}: {exception.Message}")
        {
            Exception = exception,
        };

    /// <summary>Whether no member that a hook replaces throws such an exception.</summary>
    private static bool IsNeverMeant(Exception exception) =>
        exception is InvalidCastException or IndexOutOfRangeException or KeyNotFoundException or UnreachableException;

    /// <summary>The checker's method that threw, or that called the method of .NET that threw; null if it is not the checker's.</summary>
    private static MethodBase? ThrowingMethodOf(Exception exception)
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
