using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The one thread that waits for the descriptors of workers: for their ends, and for what they print.</summary>
internal static class ProcessMonitor
{
    private const int MostAtOnce = 256 * 1024;        // bytes read from one stream before the others are looked at
    private const int RetryMilliseconds = 5;          // while our own output is stuck

    private static readonly Threading.Lock s_gate = new();
    private static readonly List<Worker> s_workers = [];       // guarded by s_gate
    private static readonly List<Worker> s_ended = [];         // guarded by s_gate: whose end another thread has seen
    private static int s_event = -1;                            // written once, under s_gate

    /// <summary>Makes ready what <see cref="Add(Worker)"/> needs, so that a worker that was started is always watched.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Prepare()
    {
        using (s_gate.EnterScope())
        {
            if (s_event < 0)
            {
                s_event = Descriptors.Event();
                new Threading.Thread(Run, name: "Braid monitor", daemon: true).Start();
            }
        }
    }

    public static void Add(Worker worker)
    {
        using (s_gate.EnterScope())
        {
            s_workers.Add(worker);
        }

        Descriptors.Signal(s_event);
        if (worker.PidDescriptor < 0)
        {
            // No pid descriptors here, or none left: a thread of its own waits for this worker.
            new Threading.Thread(() => WaitFor(worker), name: $"Braid waits for {worker.Pid}", daemon: true).Start();
        }
    }

    private static void Run()
    {
        var entries = new List<PollEntry>();
        var readers = new List<(Worker Worker, OutputTail? Stream)>();
        byte[] counter = new byte[sizeof(ulong)];
        while (true)
        {
            entries.Clear();
            readers.Clear();
            entries.Add(new PollEntry(s_event));
            bool hasRoom = Echo.HasRoom;
            using (s_gate.EnterScope())
            {
                foreach (Worker worker in s_workers)
                {
                    Add(worker, stream: null, worker.PidDescriptor);
                    if (hasRoom)
                    {
                        Add(worker, worker.Output, worker.Output.Descriptor);
                        Add(worker, worker.Error, worker.Error.Descriptor);
                    }
                }
            }

            Descriptors.Poll(CollectionsMarshal.AsSpan(entries), hasRoom ? -1 : RetryMilliseconds);
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
                    stream.Read(MostAtOnce);
                }
                else if (!worker.IsDead)
                {
                    End(worker);
                }
            }

            TakeEnded().ForEach(End);
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

    private static void WaitFor(Worker worker)
    {
        _ = ChildStatus.Of(worker.Pid, wait: true);
        using (s_gate.EnterScope())
        {
            s_ended.Add(worker);
        }

        Descriptors.Signal(s_event);
    }

    private static List<Worker> TakeEnded()
    {
        using (s_gate.EnterScope())
        {
            List<Worker> ended = [.. s_ended];
            s_ended.Clear();
            return ended;
        }
    }

    private static void End(Worker worker)
    {
        using (s_gate.EnterScope())
        {
            s_workers.Remove(worker);
        }

        WorkerEnd end = worker.Bury();
        Supervisor.Post(() => Supervisor.End(worker, end));
        WorkerObserver.OnEnd(end);
        TrackedNames.Sweep();   // what it left in named memory; whoever waits for its end does not wait for that
    }
}
