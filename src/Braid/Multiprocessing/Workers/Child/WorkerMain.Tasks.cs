namespace Braid.Multiprocessing;

/// <content>How a task is read, run and answered.</content>
internal static unsafe partial class WorkerMain
{
    /// <remarks>
    /// No failure is reported inside a catch block. There the frames below the throw still occupy the stack, and after an exception thrown
    /// at the end of a deep recursion no room is left to write anything: the report would kill the worker.
    /// </remarks>
    private static void RunTask(RingFrame message, long id)
    {
        bool isChunk = (message.Kind & FrameKind.IsChunk) != 0;
        bool isTimed = (message.Kind & FrameKind.IsTimed) != 0;
        int first = (int)message.First;
        Exception? failure = TryRead(message, out Delegate? function);
        if (failure is not null)
        {
            PrintUnlessAwaited(failure);
            s_sender.Fail(FrameKind.Unsent, id, failure);
            EndUnlessPool(1);
            return;
        }

        if (!s_isPoolWorker)
        {
            Process.Adopt(function!);
            s_sender.Send(FrameKind.Began, id);
        }

        s_sender.RunningTask = id;
        failure = TryRun(function!, id, isChunk ? (first, isTimed) : null, out Action<PayloadWriter>? result);
        s_sender.RunningTask = 0;
        KillPoint.Reach(KillPoint.BeforeTheResult);
        bool isFull = s_memory is not null && s_memory.IsFull();
        int additions = (isFull ? FrameKind.IsFull : 0) | (Printing.IsPossible ? FrameKind.MayHavePrinted : 0);
        failure ??= TryAnswer(result!, id, isChunk, additions);
        if (failure is null)
        {
            KillPoint.Reach(KillPoint.AfterTheResult);
        }
        else
        {
            PrintUnlessAwaited(failure);
            s_sender.Fail(FrameKind.Failure | additions | (failure is OutOfMemoryException ? FrameKind.RanOutOfMemory : 0), id, failure);
        }

        EndUnlessPool(failure is null ? 0 : 1);
        if (isFull)
        {
            LeaveWhenTold();
        }
    }

    private static Exception? TryRead(RingFrame message, out Delegate? function)
    {
        function = null;
        try
        {
            function = Read<Delegate>(message);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static Exception? TryRun(Delegate function, long id, (int First, bool IsTimed)? chunk, out Action<PayloadWriter>? result)
    {
        result = null;
        try
        {
            KillPoint.Reach(KillPoint.Running);
            if (chunk is (int first, bool isTimed))
            {
                s_items.Begin(id, first, isTimed);
            }

            result = TaskRunner.For(function.GetType()).Run(function);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static Exception? TryAnswer(Action<PayloadWriter> result, long id, bool isChunk, int additions)
    {
        try
        {
            if (isChunk)
            {
                s_sender.AnswerItems(additions | (s_items.RanOutOfMemory ? FrameKind.RanOutOfMemory : 0), id, s_items);
            }
            else
            {
                s_sender.Answer(additions, id, result);
            }

            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static T Read<T>(RingFrame message)
    {
        try
        {
            byte* data = message.Data;
            long bytes = message.Bytes;
            if ((message.Kind & FrameKind.InSegment) != 0)
            {
                PayloadPlace place = *(PayloadPlace*)data;
                data = s_payloads.Open(place.Segment).Data;
                bytes = place.Bytes;
            }
            else if ((message.Kind & FrameKind.InLargeRing) != 0 && s_channel.LargeRequests!.TryPeek(out RingFrame large))
            {
                data = large.Data;
                bytes = large.Bytes;
            }

            if ((message.Kind & FrameKind.IsChunk) != 0)
            {
                return ReadChunk<T>(data, bytes);
            }

            s_mapFunction.Forget();
            var reader = new PayloadReader(data, bytes);
            return Payload.Read<T>(ref reader);
        }
        finally
        {
            Consume(message);
        }
    }

    /// <summary>Reads a chunk of a map: the map's function, then the chunk's own bytes, which refer to it.</summary>
    private static T ReadChunk<T>(byte* data, long bytes)
    {
        FunctionPlace place = Unsafe.ReadUnaligned<FunctionPlace>(data);
        data += sizeof(FunctionPlace);
        bytes -= sizeof(FunctionPlace);
        PayloadReader reader = s_mapFunction.Read(place, data);
        long skipped = place.Follows ? place.Bytes : 0;
        reader.ContinueAt(data + skipped, bytes - skipped);
        return Payload.Read<T>(ref reader);
    }
}

/// <summary>
/// In a worker: whether anything can have been printed. As long as the assembly of <see cref="Console"/> is not loaded, only native code
/// can have printed, and an answer need not query the system.
/// </summary>
internal static class Printing
{
    private const string ConsoleAssembly = "System.Console";

    private static volatile bool s_isPossible;   // any thread; true forever once it is

    public static bool IsPossible => s_isPossible;

    /// <summary>Starts watching for the assembly.</summary>
    public static void Watch()
    {
        AppDomain.CurrentDomain.AssemblyLoad += static (_, loaded) => s_isPossible |= IsConsole(loaded.LoadedAssembly);
        s_isPossible |= System.Array.Exists(AppDomain.CurrentDomain.GetAssemblies(), IsConsole);
    }

    private static bool IsConsole(System.Reflection.Assembly assembly) => assembly.GetName().Name == ConsoleAssembly;
}
