using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The one thread that waits for the descriptors of workers: for their ends, and for their output.</summary>
internal static class ProcessMonitor
{
    private const string Name = "Braid monitor";
    private const int MaxBytesAtOnce = 256 * 1024;        // bytes read from one stream before the others get their turn
    private const int RetryMilliseconds = 5;          // while our own output is stuck
    private const int PollMilliseconds = 10;           // between two checks of processes that have no descriptor

    private static readonly ServiceThread s_thread = new(Name, Run);
    private static readonly Threading.Lock s_gate = Threading.Lock.OfBraid();
    private static readonly List<Worker> s_workers = [];       // guarded by s_gate
    private static readonly List<(Worker Worker, Action PassedOn)> s_awaited = [];   // guarded by s_gate
    private static int s_event = -1;                            // written once, under s_gate

    /// <summary>Prepares what <see cref="Add(Worker)"/> needs, so that a worker that was started is always watched.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Prepare()
    {
        using (s_gate.EnterScope())
        {
            if (s_event < 0)
            {
                s_event = Descriptors.Event();
            }
        }

        JobControl.Prepare();
        s_thread.EnsureStarted();
    }

    /// <summary>Calls back, on the output thread, once everything that a worker has printed so far is passed on.</summary>
    public static void AfterOutput(Worker worker, Action passedOn)
    {
        using (s_gate.EnterScope())
        {
            s_awaited.Add((worker, passedOn));
        }

        Descriptors.Signal(s_event);
    }

    public static void Add(Worker worker)
    {
        using (s_gate.EnterScope())
        {
            s_workers.Add(worker);
        }

        Descriptors.Signal(s_event);
    }

    /// <summary>Sends a signal to the groups of all workers.</summary>
    public static void SignalAll(int signal)
    {
        Worker[] workers;
        using (s_gate.EnterScope())
        {
            workers = [.. s_workers];
        }

        Array.ForEach(workers, worker => worker.SignalGroup(signal));
    }

    private static void Run()
    {
        var entries = new List<PollEntry>();
        var withoutDescriptor = new List<Worker>();       // the system does not support them, or had none left
        var readers = new List<(Worker Worker, OutputTail? Stream)>();
        byte[] counter = new byte[sizeof(ulong)];
        while (true)
        {
            FaultPoint.Reach(Name);
            entries.Clear();
            readers.Clear();
            withoutDescriptor.Clear();
            entries.Add(new PollEntry(s_event));
            bool hasRoom = WorkerOutput.HasRoom;
            using (s_gate.EnterScope())
            {
                foreach (Worker worker in s_workers)
                {
                    if (worker.PidDescriptor < 0)
                    {
                        withoutDescriptor.Add(worker);
                    }

                    Add(worker, stream: null, worker.PidDescriptor);
                    if (hasRoom)
                    {
                        Add(worker, worker.Output, worker.Output.Descriptor);
                        Add(worker, worker.Error, worker.Error.Descriptor);
                    }
                }
            }

            Descriptors.Poll(
                CollectionsMarshal.AsSpan(entries), !hasRoom ? RetryMilliseconds : withoutDescriptor.Count > 0 ? PollMilliseconds : -1);
            if (entries[0].Has != 0)
            {
                _ = Descriptors.Read(s_event, counter);
            }

            for (int index = 0; index < readers.Count; index++)
            {
                if (entries[index + 1].Has == 0)
                {
                    continue;
                }

                (Worker worker, OutputTail? stream) = readers[index];
                if (stream is not null)
                {
                    stream.Read(MaxBytesAtOnce);
                }
                else
                {
                    End(worker);
                }
            }

            ReadAwaited();
            withoutDescriptor.FindAll(static worker => ChildStatus.Of(worker.Pid) is not null).ForEach(End);
        }

        void Add(Worker worker, OutputTail? stream, int descriptor)
        {
            if (descriptor >= 0 && stream is null or { IsOpen: true })
            {
                entries.Add(new PollEntry(descriptor));
                readers.Add((worker, stream));
            }
        }
    }

    private static void ReadAwaited()
    {
        (Worker Worker, Action PassedOn)[] awaited;
        using (s_gate.EnterScope())
        {
            awaited = [.. s_awaited];
            s_awaited.Clear();
        }

        foreach ((Worker worker, Action passedOn) in awaited)
        {
            worker.Output.Read(MaxBytesAtOnce);   // more than a pipe holds
            worker.Error.Read(MaxBytesAtOnce);
            WorkerOutput.Write((_, _) => passedOn(), line: "", isError: false);
        }
    }

    /// <summary>
    /// Handles the end of a process. If anything here fails, the monitor tries again: the worker is watched until its end is posted to its
    /// owner.
    /// </summary>
    private static void End(Worker worker)
    {
        WorkerEnd end = worker.Reap();
        Supervisor.Post(() => Supervisor.End(worker, end));
        using (s_gate.EnterScope())
        {
            s_workers.Remove(worker);
        }

        WorkerObserver.OnEnd(end);
        TrackedNames.Sweep();   // its named memory; no one who waits for its end waits for that
    }
}
