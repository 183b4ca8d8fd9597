using Braid.Multiprocessing;
using Process = Braid.Multiprocessing.Process;

namespace Braid.Tests;

/// <summary>A child process that acts for tests, as its parent has it.</summary>
public sealed class ActorChild : IDisposable
{
    private readonly Connection _line;
    private int _number;   // of the last act; acts follow each other

    public ActorChild()
    {
        (_line, Connection there) = Pipe.Create();
        Process = Process.Start(static there => new ActorStage(there).Play(), there, name: "actor", daemon: true);
        there.Close();
    }

    public Process Process { get; }

    /// <summary>Has something done there on its one thread.</summary>
    /// <exception cref="EndOfStreamException">The process died meanwhile.</exception>
    internal Task<object?> Block(Func<CancellationToken, object?> act, CancellationToken token) =>
        Do(new ActorOrder(++_number, StandInFor(token), Blocking: act), token);

    /// <summary>Has something done there in a flow of awaits.</summary>
    /// <inheritdoc cref="Block" path="/exception"/>
    internal Task<object?> Await(Func<CancellationToken, ValueTask<object?>> act, CancellationToken token) =>
        Do(new ActorOrder(++_number, StandInFor(token), Awaiting: act), token);

    /// <summary>Kills it, as the system would, and waits for its end.</summary>
    public void Dispose()
    {
        Process.Kill();
        Process.Join();
        _line.Close();
    }

    private static ActorToken StandInFor(CancellationToken token) =>
        !token.CanBeCanceled ? ActorToken.Never : token.IsCancellationRequested ? ActorToken.Cancelled : ActorToken.Live;

    private async Task<object?> Do(ActorOrder order, CancellationToken token)
    {
        _line.Send(order, CancellationToken.None);
        ActorAnswer answer;
        using (token.UnsafeRegister(_ => _line.Send(new ActorOrder(order.Number, ActorToken.Live)), null))
        {
            answer = await _line.RecvAsync<ActorAnswer>(CancellationToken.None);
        }

        return answer switch
        {
            { IsCancelled: true } => throw new OperationCanceledException(answer.Failure!.Message, answer.Failure, token),
            { Failure: { } failure } => throw failure,
            _ => answer.Result,
        };
    }
}
