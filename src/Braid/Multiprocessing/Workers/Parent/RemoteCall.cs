namespace Braid.Multiprocessing;

/// <summary>The future of a call that runs in another process.</summary>
/// <remarks>
/// Answers arrive on the supervisor's thread, which must run no user code; the thread that waits for this call may be that thread
/// (<see cref="Supervisor"/>). So only results that are read without user code (<see cref="PlainPayload{T}"/>) are read there, straight
/// from the ring. Others are copied and read by other threads, which also run the callbacks.
/// </remarks>
internal abstract unsafe class RemoteCall<T> : Futures.Future<T>, IRemoteCall
{
    private readonly bool _isPlain = PlainPayload<T>.Is;   // checked here because the first check may run the program's module initializer

    /// <summary>Whose answer it is.</summary>
    private protected abstract PayloadSource Source { get; }

    Futures.Future IRemoteCall.Future => this;

    void IRemoteCall.TakeResult(byte* data, long bytes, bool carriesSegments, SerialQueue? after)
    {
        if (after is null && ReadsInPlace(data, bytes))
        {
            ReadResult(data, bytes);
            return;
        }

        ReadElsewhere(data, bytes, carriesSegments, after, message => message.Use(ReadResult));
    }

    void IRemoteCall.TakeFailure(byte* data, long bytes, bool carriesSegments, SerialQueue? after, Func<Exception, Exception>? wrap) =>
        ReadElsewhere(data, bytes, carriesSegments, after, message =>
        {
            Exception failure;
            try
            {
                failure = message.Read<Exception>();
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            TrySetException(wrap is null ? failure : wrap(failure));
        });

    void IRemoteCall.Fail(Exception exception, SerialQueue? after)
    {
        if (after is null)
        {
            FailHere(exception);
        }
        else
        {
            after.Post(() => FailHere(exception));
        }
    }

    void IRemoteCall.Complete() => CompleteHere();

    /// <summary>
    /// Callbacks are user code, listeners may release user objects, and the supervisor may be the thread that ends the call.
    /// </summary>
    internal override void Announce(Futures.FutureListener? listeners, List<Action<Futures.Future>>? callbacks) =>
        CallbackThreads.Run(() => base.Announce(listeners, callbacks));

    private protected override void HelpAlong() => Supervisor.LeadUntilDone(this);

    private void ReadElsewhere(byte* data, long bytes, bool carriesSegments, SerialQueue? after, Action<Message> read)
    {
        try
        {
            FrameCopy.ReadElsewhere(data, bytes, carriesSegments, Source, after, read);
        }
        catch (Exception exception)
        {
            TrySetException(exception);   // it is damaged, or this process has no room or no descriptor for it; the supervisor must go on
        }
    }

    /// <summary>Whether reading a result runs no user code.</summary>
    private protected virtual bool ReadsInPlace(byte* data, long bytes) => _isPlain;

    /// <summary>Reads a result.</summary>
    private protected virtual T Read(byte* data, long bytes)
    {
        var reader = new PayloadReader(data, bytes, Source);
        return Payload.Read<T>(ref reader);
    }

    /// <summary>Ends it with an exception made here; runs no user code.</summary>
    private protected virtual void FailHere(Exception exception) => TrySetException(exception);

    private protected virtual void CompleteHere() => throw new UnreachableException();

    private void ReadResult(byte* data, long bytes)
    {
        Exception? failure = null;
        try
        {
            PrepareResult(Read(data, bytes));
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (failure is null)
        {
            TryFinish();
        }
        else
        {
            TrySetException(failure);   // not in the catch block: the code it wakes may need the stack that a deep result has used up
        }
    }
}

/// <summary>A call that runs in another process, whatever its result type. The supervisor's thread sets its outcome.</summary>
internal unsafe interface IRemoteCall
{
    Futures.Future Future { get; }

    /// <summary>Ends it with a result that arrived as bytes.</summary>
    /// <param name="data">Valid until this returns.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="carriesSegments">Whether handles of segments follow the result.</param>
    /// <param name="after">What is to be passed on before the call ends; null for nothing.</param>
    void TakeResult(byte* data, long bytes, bool carriesSegments, SerialQueue? after);

    /// <summary>Ends it with an exception that arrived as bytes.</summary>
    /// <inheritdoc cref="TakeResult"/>
    void TakeFailure(byte* data, long bytes, bool carriesSegments, SerialQueue? after, Func<Exception, Exception>? wrap);

    /// <summary>Ends it with an exception made here.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="after">What is to be passed on before the call ends; null for nothing.</param>
    void Fail(Exception exception, SerialQueue? after);

    /// <summary>Ends a chunk of a map with the results of its attempts: all its items have ended.</summary>
    void Complete();
}
