using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Objects of .NET that threads may share as they are, and whose state the checker does not follow.</summary>
/// <remarks>
/// Such a call is atomic, and every schedule is explored around it. But a search that leaves out orders has to know which calls conflict.
/// </remarks>
internal static class Untracked
{
    private static readonly HashSet<string> s_types =
    [
        "System.Runtime.CompilerServices.ConditionalWeakTable`2", "System.WeakReference", "System.WeakReference`1",
        "System.Runtime.InteropServices.GCHandle", "System.Dynamic.ExpandoObject", "System.Diagnostics.Switch",
        "System.Diagnostics.TraceListener", "System.Diagnostics.ActivitySource", "System.Diagnostics.DiagnosticSource",
        "System.Diagnostics.Metrics.Meter", "System.Diagnostics.Metrics.Instrument", "System.ComponentModel.TypeDescriptor",
        "System.Threading.Barrier", "System.Progress`1", "System.Transactions.Transaction", "System.Resources.ResourceManager",
    ];

    public static bool Names(MethodReference member) => s_types.Contains(member.DeclaringType.GetElementType().FullName);
}
