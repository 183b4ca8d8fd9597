namespace Braid.Multiprocessing;

/// <summary>
/// Copies messages of workers out of their rings, to be read later on another thread: reading may run user code, which the supervisor must
/// not.
/// </summary>
/// <remarks>
/// The objects to which a message refers are opened here, before the message counts as consumed and its sender may release them. Their
/// handles follow the value: each with its sub-handle, then their number.
/// </remarks>
internal static unsafe class FrameCopy
{
    /// <summary>Writes the handles of the objects to which a value refers after the value.</summary>
    public static void WriteCarried(PayloadWriter writer, List<Lease> carried)
    {
        foreach (Lease lease in carried)
        {
            writer.WriteRaw(lease.Segment.Handle);
            writer.WriteRaw(lease.SubHandle);
        }

        writer.WriteRaw((long)carried.Count);
    }

    /// <summary>Copies a message.</summary>
    /// <param name="data">The address of the message.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="carriesSegments">Whether handles follow the value.</param>
    /// <param name="source">Who wrote it.</param>
    /// <returns>The copy, to be disposed once it is read.</returns>
    /// <exception cref="OutOfMemoryException">There is no memory for it.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Message Of(byte* data, long bytes, bool carriesSegments, PayloadSource source)
    {
        ReceivedHandle[]? opened = null;
        if (carriesSegments)
        {
            if (source != PayloadSource.Program)
            {
                throw new InvalidDataException(
                    $"A message from a worker is damaged: it carries handles of shared memory, and none is accepted from " +
                    $"{source.Words()}.");
            }

            bytes -= sizeof(long);
            long count = bytes < 0 ? -1 : Unsafe.ReadUnaligned<long>(data + bytes);
            if ((ulong)count > (ulong)(bytes / MessageRing.CarriedBytes))
            {
                throw new InvalidDataException(
                    $"A message from a worker is damaged: it says that it carries {count} handles of shared memory.");
            }

            long tableBytes = count * MessageRing.CarriedBytes;
            bytes -= tableBytes;
            var table = new RingSpan(data + bytes, tableBytes, 0);
            opened = MessageRing.Open(ref table, (int)count);
        }

        var message = new Message(bytes) { Source = source, Carried = opened };
        var written = new RingSpan(data, bytes, 0);
        message.Fill(ref written);
        return message;
    }

    /// <summary>Copies a message and has it read on a thread that may run user code.</summary>
    /// <param name="data">The address of the message.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="carriesSegments">Whether handles follow the value.</param>
    /// <param name="source">Who wrote it.</param>
    /// <param name="after">What is to be passed on before the message is read; null for nothing.</param>
    /// <param name="read">Reads the copy.</param>
    /// <exception cref="OutOfMemoryException">There is no memory for the copy.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static void ReadElsewhere(
        byte* data, long bytes, bool carriesSegments, PayloadSource source, SerialQueue? after, Action<Message> read)
    {
        Message message = Of(data, bytes, carriesSegments, source);
        Action step = () =>
        {
            using (message)
            {
                read(message);
            }
        };
        if (after is null)
        {
            CallbackThreads.Run(step);
        }
        else
        {
            after.Post(step);
        }
    }
}
