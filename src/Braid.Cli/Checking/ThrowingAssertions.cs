using System.Diagnostics;

namespace Braid.Cli;

/// <summary>Lets a failed <c>Debug.Assert</c> throw. As .NET has it, it ends the process, and here that would be the tool's own.</summary>
internal sealed class ThrowingAssertions : TraceListener
{
    private readonly TraceListener[] _before = [.. Trace.Listeners.Cast<TraceListener>()];

    public ThrowingAssertions()
    {
        Trace.Listeners.Clear();
        Trace.Listeners.Add(this);
    }

    public override void Fail(string? message, string? detailMessage) =>
        throw new FailedAssertionException(string.Join(": ", new[] { message, detailMessage }.Where(static text => !string.IsNullOrEmpty(text)).DefaultIfEmpty("a condition is false")));

    public override void Write(string? message)
    {
    }

    public override void WriteLine(string? message)
    {
    }

    protected override void Dispose(bool disposing)
    {
        Trace.Listeners.Clear();
        Trace.Listeners.AddRange(_before);
        base.Dispose(disposing);
    }
}
