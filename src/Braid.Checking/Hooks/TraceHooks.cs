using System.Diagnostics;

namespace Braid.Checking.Hooks;

/// <summary>Trace: as <see cref="DebugHooks"/>.</summary>
[Hooks(typeof(Trace), Allowed = ["*"])]
internal static class TraceHooks
{
    public static void Assert(bool condition, int site) => Assert(condition, null, null, site);

    public static void Assert(bool condition, string? message, int site) => Assert(condition, message, null, site);

    public static void Assert(bool condition, string? message, string? detailMessage, int site)
    {
        if (!FailedAssertion.Stops(condition, message, detailMessage, site) && !condition)
        {
            Trace.Fail(message, detailMessage);
        }
    }

    public static void Fail(string? message, int site) => Assert(condition: false, message, null, site);

    public static void Fail(string? message, string? detailMessage, int site) => Assert(condition: false, message, detailMessage, site);
}
