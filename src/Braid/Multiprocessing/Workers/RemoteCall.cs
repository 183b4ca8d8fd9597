using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The future of a call that runs in another process.</summary>
/// <remarks>
/// Answers come on the supervisor's thread, which must run no code of users; who waits may be that (<see cref="Supervisor"/>). So only results whose reading involves none - numbers,
/// text, arrays of them - are read there, straight from the ring; others are copied, and read by other threads. So are callbacks run.
/// </remarks>
internal abstract unsafe class RemoteCall<T> : Futures.Future<T>, IRemoteCall
{
    private static readonly bool s_readsInPlace = !RuntimeHelpers.IsReferenceOrContainsReferences<T>() || typeof(T) == typeof(string)
        || (typeof(T).IsArray && typeof(T).GetElementType()!.IsPrimitive);

    Futures.Future IRemoteCall.Future => this;

    void IRemoteCall.TakeResult(byte* data, long bytes, bool carriesSegments)
    {
        if (s_readsInPlace || carriesSegments)
        {
            ReadResult(data, bytes);
            return;
        }

        PayloadCopy.ReadElsewhere(data, bytes, ReadResult);
    }

    void IRemoteCall.TakeFailure(byte* data, long bytes, Func<Exception, Exception>? wrap) =>
        PayloadCopy.ReadElsewhere(data, bytes, (copy, length) =>
        {
            var reader = new PayloadReader(copy, length);
            Exception failure;
            try
            {
                failure = Payload.Read<Exception>(ref reader);
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            TrySetException(wrap is null ? failure : wrap(failure));
        });

    void IRemoteCall.Fail(Exception exception) => TrySetException(exception);

    /// <summary>Callbacks are code of users, and who ends the call may be the supervisor.</summary>
    internal override void RunCallbacks(List<Action<Futures.Future>> callbacks) =>
        Offload.Run(() => base.RunCallbacks(callbacks));

    private protected override void HelpAlong() => Supervisor.HelpUntilDone(this);

    private void ReadResult(byte* data, long bytes)
    {
        try
        {
            var reader = new PayloadReader(data, bytes);
            PrepareResult(Payload.Read<T>(ref reader));
        }
        catch (Exception exception)
        {
            TrySetException(exception);
            return;
        }

        TryFinish();
    }
}

/// <summary>A call that runs in another process, whatever its result.</summary>
internal unsafe interface IRemoteCall
{
    Futures.Future Future { get; }

    /// <summary>Ends it with a result that came as bytes.</summary>
    /// <param name="data">Valid until this returns.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="carriesSegments">Whether it must be read before this returns, because then the sender lets go of what it refers to.</param>
    void TakeResult(byte* data, long bytes, bool carriesSegments);

    /// <summary>Ends it with an exception that came as bytes.</summary>
    void TakeFailure(byte* data, long bytes, Func<Exception, Exception>? wrap = null);

    /// <summary>Ends it with an exception made here.</summary>
    void Fail(Exception exception);
}

/// <summary>Reads a payload on another thread, from a copy.</summary>
internal static unsafe class PayloadCopy
{
    public delegate void Reader(byte* data, long bytes);

    public static void ReadElsewhere(byte* data, long bytes, Reader read)
    {
        void* copy = NativeMemory.Alloc((nuint)bytes);
        Buffer.MemoryCopy(data, copy, bytes, bytes);
        nint address = (nint)copy;
        Offload.Run(() =>
        {
            try
            {
                read((byte*)address, bytes);
            }
            finally
            {
                NativeMemory.Free((void*)address);
            }
        });
    }
}
