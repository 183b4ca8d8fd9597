using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Braid.Checking.Hooks;

/// <summary>Debug: a failed assertion is a fault of the run.</summary>
[Hooks(typeof(Debug), Allowed = ["*"])]
internal static class DebugHooks
{
    public static void Assert(bool condition, int site) => Assert(condition, null, null, site);

    public static void Assert(bool condition, string? message, int site) => Assert(condition, message, null, site);

    public static void Assert(bool condition, string? message, string? detailMessage, int site)
    {
        if (!FailedAssertion.Stops(condition, message, detailMessage, site) && !condition)
        {
            Debug.Fail(message, detailMessage);
        }
    }

    public static void Assert(bool condition, ref Debug.AssertInterpolatedStringHandler message, int site) =>
        Assert(condition, condition ? null : TextOf(ref message), null, site);

    public static void Fail(string? message, int site) => Assert(condition: false, message, null, site);

    public static void Fail(string? message, string? detailMessage, int site) => Assert(condition: false, message, detailMessage, site);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ToStringAndClear")]
    private static extern string TextOf(ref Debug.AssertInterpolatedStringHandler message);
}
