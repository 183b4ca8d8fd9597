namespace Braid.AsyncIO;

/// <summary>Posts the continuation of an <c>await</c> back to the loop's thread.</summary>
internal sealed class LoopContext(EventLoop loop) : SynchronizationContext, IOwnContext
{
    public override void Post(SendOrPostCallback d, object? state) => loop.Post(new ReadyCall(d, state));

    public override void Send(SendOrPostCallback d, object? state) => loop.Send(d, state);

    /// <summary>An <c>async void</c> method has begun.</summary>
    public override void OperationStarted() => loop.CountOperation(1);

    public override void OperationCompleted() => loop.CountOperation(-1);

    public override SynchronizationContext CreateCopy() => this;
}
