using Braid.Futures;

namespace Braid.Stress;

/// <summary>Calls that submit others, get cancelled, fail, call back, and are waited for one by one, all together, or the first of them.</summary>
internal sealed class ExecutorScenario : Scenario
{
    private long _submitted;   // by Interlocked, like the others
    private long _ran;
    private long _cancelled;
    private long _calledBack;

    public override string Name => "ThreadPoolExecutor";

    public override string Hammer(StressRun run)
    {
        var executor = new ThreadPoolExecutor(maxWorkers: 3, threadNamePrefix: "stress");
        run.Work(3, 3, async worker =>
        {
            Future<int>[] calls = [.. Enumerable.Range(0, worker.Random.Next(1, 6)).Select(number => Submit(executor, number))];
            if (worker.Random.Next(3) == 0)
            {
                Cancel(run, calls[worker.Random.Next(calls.Length)]);
            }

            switch (worker.Random.Next(3))
            {
                case 0:
                    await worker.Try(
                        (timeout, token) => Future.Wait(calls, timeout, ReturnWhen.FirstCompleted, token).Done.Count > 0,
                        async (timeout, token) => (await Future.WaitAsync(calls, timeout, ReturnWhen.FirstCompleted, token)).Done.Count > 0);
                    break;
                case 1:
                    await worker.Try(
                        (timeout, token) => CheckAll(run, calls, timeout, token),
                        async (timeout, token) => (await Future.WaitAsync(calls, timeout, token: token)).NotDone.Count == 0);
                    break;
                default:
                    await worker.Try(
                        (timeout, token) => calls[0].TryException(out _, timeout, token),
                        async (timeout, token) => (await calls[0].TryExceptionAsync(timeout, token)).Success);
                    break;
            }

            CheckOutcomes(run, calls);
        });
        executor.Shutdown();
        run.Check(_ran + _cancelled == _submitted, $"{_submitted} were submitted, {_ran} ran, {_cancelled} were cancelled");
        run.Check(_calledBack == _submitted, $"{_submitted} were submitted, {_calledBack} called back");
        run.Check(executor.Pending == 0 && executor.Workers <= 3, $"at the end: {executor}");
        return $"{_submitted} calls, {_cancelled} cancelled, the others run once, all called back once";
    }

    private static bool CheckAll(StressRun run, Future<int>[] calls, TimeSpan timeout, CancellationToken token)
    {
        try
        {
            int count = Future.AsCompleted(calls, timeout, token).Count(call => call.Done);
            run.Check(count == calls.Length, $"{count} of {calls.Length} calls came as completed");
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static void CheckOutcomes(StressRun run, Future<int>[] calls)
    {
        for (int number = 0; number < calls.Length; number++)
        {
            if (calls[number] is { Done: true, Cancelled: false } call)
            {
                bool isRight = number == 3 ? call.Failure is InvalidDataException : call.TryResult(out int result) && result == number;
                run.Check(isRight, $"call {number} ended as {call}");
            }
        }
    }

    private Future<int> Submit(ThreadPoolExecutor executor, int number)
    {
        Interlocked.Increment(ref _submitted);
        Future<int> call = executor.Submit(() =>
        {
            Interlocked.Increment(ref _ran);
            if (number == 4)
            {
                SubmitUnlessShutDown(executor);
            }

            return number == 3 ? throw new InvalidDataException() : number;
        });
        call.AddDoneCallback(_ => Interlocked.Increment(ref _calledBack));
        return call;
    }

    private void SubmitUnlessShutDown(ThreadPoolExecutor executor)
    {
        try
        {
            Submit(executor, 0);
        }
        catch (InvalidOperationException)
        {
            Interlocked.Decrement(ref _submitted);
        }
    }

    private void Cancel(StressRun run, Future<int> call)
    {
        if (call.Cancel())
        {
            Interlocked.Increment(ref _cancelled);
            run.Check(call.Cancelled && call.Done, $"after a cancellation: {call}");
        }
    }
}
