namespace Braid.AsyncIO;

/// <summary>An error in an event loop that no one awaits.</summary>
/// <remarks>Python counterpart: the <c>context</c> that <c>loop.call_exception_handler</c> is given.</remarks>
/// <param name="Loop">The loop.</param>
/// <param name="Message">What happened, as a sentence.</param>
/// <param name="Exception">The exception; null if the error is not an exception but, for instance, a callback that blocks the loop.</param>
public sealed record EventLoopErrorArgs(EventLoop Loop, string Message, Exception? Exception);
