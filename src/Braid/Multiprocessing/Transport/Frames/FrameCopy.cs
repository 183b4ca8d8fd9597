namespace Braid.Multiprocessing;

/// <summary>Takes messages of workers out of their rings, to be read elsewhere and later: whoever reads may run user code, which the supervisor must not.</summary>
/// <remarks>
/// What a message refers to is opened here before its sender learns that the message was consumed, and may let go of it. Its handles stand
/// behind the value: each with its sub-handle, then how many there are.
/// </remarks>
internal static unsafe class FrameCopy
{
    /// <summary>Writes the handles of what a value refers to behind the value.</summary>
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
    /// <param name="data">Where it lies.</param>
    /// <param name="bytes">How many bytes it has.</param>
    /// <param name="carriesSegments">Whether handles stand behind the value.</param>
    /// <returns>To be disposed of once it is read.</returns>
    /// <exception cref="OutOfMemoryException">There is no memory for it.</exception>
    public static Message Of(byte* data, long bytes, bool carriesSegments)
    {
        ReceivedHandle[]? opened = null;
        if (carriesSegments)
        {
            bytes -= sizeof(long);
            long count = bytes < 0 ? -1 : Unsafe.ReadUnaligned<long>(data + bytes);
            if ((ulong)count > (ulong)(bytes / MessageRing.CarriedBytes))
            {
                throw new InvalidDataException($"A message from a worker is damaged: it says that it carries {count} handles of shared memory.");
            }

            long tableBytes = count * MessageRing.CarriedBytes;
            bytes -= tableBytes;
            var table = new RingSpan(data + bytes, tableBytes, 0);
            opened = MessageRing.Open(ref table, (int)count);
        }

        var message = new Message(bytes) { Carried = opened };
        var source = new RingSpan(data, bytes, 0);
        message.Fill(ref source);
        return message;
    }

    /// <summary>Copies a message and has it read by a thread that may run user code.</summary>
    /// <param name="data">Where it lies.</param>
    /// <param name="bytes">How many bytes it has.</param>
    /// <param name="carriesSegments">Whether handles stand behind the value.</param>
    /// <param name="after">What is to be passed on before it is read; null for nothing.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="OutOfMemoryException">There is no memory for the copy.</exception>
    public static void ReadElsewhere(byte* data, long bytes, bool carriesSegments, SerialQueue? after, Action<Message> read)
    {
        Message message = Of(data, bytes, carriesSegments);
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
