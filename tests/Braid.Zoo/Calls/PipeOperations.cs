using System.IO.Pipelines;
using static BugZoo.Calls.Side;

namespace BugZoo.Calls;

/// <summary>A pipe, for one reader and one writer.</summary>
internal static class PipeOperations
{
    /// <param name="isInline">Whether continuations run within the call that they have waited for.</param>
    public static IOperations Of(bool isInline) =>
        new WaitingOperations<PipeUse>(() => new PipeUse(isInline), typeof(PipeReader), typeof(PipeWriter))
        {
            HasOneReader = true,
            HasOneWriter = true,
        }
            .Add("ReadAsync", Reader, it => it.ReadAsync(static reader => reader.ReadAsync()))
            .Add("ReadAsync: token", Reader, it => it.ReadAsync(reader => reader.ReadAsync(it.Token)))
            .Add("ReadAtLeastAsync", Reader, it => it.ReadAsync(static reader => reader.ReadAtLeastAsync(2)))
            .Add("TryRead", Reader, it => it.TryReadAsync())
            .Add("AdvanceTo", Reader, it => it.ReadTwoAsync())
            .Add("AdvanceTo: examined", Reader, it => it.ExamineAsync())
            .Add("CopyToAsync", Reader, it => it.CopyAsync())
            .Add("AsStream: read", Reader, it => it.ReadStreamAsync())
            .Add("Complete: reader", Reader, it => it.EndReadingAsync(static reader =>
            {
                reader.Complete();
                return Task.CompletedTask;
            }))
            .Add("CompleteAsync: reader", Reader, it => it.EndReadingAsync(static async reader => await reader.CompleteAsync()))
            .Add("WriteAsync", Writer, it => it.WriteAsync(static async (writer, bytes) => await writer.WriteAsync(bytes)))
            .Add("WriteAsync: token", Writer, it => it.WriteAsync(async (writer, bytes) => await writer.WriteAsync(bytes, it.Token)))
            .Add("GetMemory", Writer, it => it.WriteAsync(static async (writer, bytes) =>
            {
                bytes.CopyTo(writer.GetMemory(bytes.Length));
                writer.Advance(bytes.Length);
                await writer.FlushAsync();
            }))
            .Add("GetSpan", Writer, it => it.AdvanceAsync())
            .Add("Advance", Writer, it => it.AdvanceAsync())
            .Add("FlushAsync", Writer, it => it.FlushAsync())
            .Add("AsStream: write", Writer, it => it.WriteAsync(
                static async (writer, bytes) => await writer.AsStream(leaveOpen: true).WriteAsync(bytes)))
            .Add("CanGetUnflushedBytes", Writer, it => it.CountUnflushedAsync())
            .Add("UnflushedBytes", Writer, it => it.CountUnflushedAsync())
            .Add("Complete: writer", Writer, it => it.EndWritingAsync(static writer =>
            {
                writer.Complete();
                return Task.CompletedTask;
            }))
            .Add("CompleteAsync: writer", Writer, it => it.EndWritingAsync(static async writer => await writer.CompleteAsync()))
            .Add("Complete: failed", Writer, it => it.EndWritingAsync(
                static writer =>
                {
                    writer.Complete(new TimeoutException());
                    return Task.CompletedTask;
                },
                fails: true))
            .Add("CancelPendingRead", Neither, it => it.CancelRead())
            .Add("CancelPendingFlush", Neither, it => it.CancelFlush())
            .Add("cancel", Neither, it => it.Cancel());
}
