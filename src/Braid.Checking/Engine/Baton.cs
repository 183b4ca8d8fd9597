using System.Runtime.CompilerServices;

namespace Braid.Checking.Engine;

/// <summary>The permission to run: each operating-system thread of an exploration waits for its own while another runs.</summary>
/// <remarks>
/// Of all the threads of an exploration one runs, and each of the others waits for its own baton. Every switch between threads hands a
/// baton over, so a waiter spins briefly before it sleeps. Only the thread that handed over last spins: it is the likeliest to run next,
/// and a second spinner would take a processor from the thread that runs. A spinner that sees that another thread has begun to spin goes to
/// sleep. The spin is shorter than a sleep and a wake: the thread just woken may be queued for the spinner's own processor, where it begins
/// only once the spinner sleeps. On two busy processors, spinning sixty times as long made small schedules take four times as long.
/// <see cref="Give"/> is a full fence, and the owner reads the word with acquire semantics: it sees whatever the giver wrote before.
/// </remarks>
internal sealed unsafe class Baton
{
    private const int Absent = 0;
    private const int Present = 1;
    private const int Asleep = 2;
    private const int CacheLineWords = 16;

    private static readonly int s_spins = Environment.ProcessorCount == 1 ? 0 : 10;

    // Pinned, so that the word keeps its address; large enough that the word has a cache line of its own.
    private readonly int[] _words = GC.AllocateArray<int>(2 * CacheLineWords, pinned: true);

    // Absent, Present, or Asleep: absent, and the owner sleeps on this word, or on this object's monitor where there is no futex. The giver
    // exchanges it for Present. The owner replaces Absent by Asleep with a compare-exchange, so it sees a baton given meanwhile; after
    // Present it stores Absent plainly, since no thread gives the next baton before it runs.
    private readonly int* _state;

    public Baton() => _state = (int*)Unsafe.AsPointer(ref _words[CacheLineWords]);

    /// <summary>Lets the owner run. Called exactly once for each <see cref="Await"/>.</summary>
    public void Give()
    {
        if (Interlocked.Exchange(ref *_state, Present) == Asleep)
        {
            Wake();
        }
    }

    /// <summary>Waits until another thread gives this baton.</summary>
    /// <param name="spinCount">Counts the spins that have begun, in all threads of the exploration.</param>
    public void Await(ref int spinCount)
    {
        int mine = Interlocked.Increment(ref spinCount);
        for (int i = 0; i < s_spins && Volatile.Read(ref spinCount) == mine; i++)
        {
            if (Volatile.Read(ref *_state) == Present)
            {
                Volatile.Write(ref *_state, Absent);
                return;
            }

            Thread.SpinWait(4);
        }

        Sleep();
    }

    private void Wake()
    {
        if (Futex.IsSupported)
        {
            Futex.Wake(_state);
            return;
        }

        lock (this)
        {
            Monitor.Pulse(this);
        }
    }

    private void Sleep()
    {
        if (Futex.IsSupported)
        {
            if (Interlocked.CompareExchange(ref *_state, Asleep, Absent) == Absent)
            {
                while (Volatile.Read(ref *_state) == Asleep)
                {
                    Futex.Wait(_state, Asleep);
                }
            }
        }
        else
        {
            SleepOnMonitor();
        }

        Volatile.Write(ref *_state, Absent);
    }

    private void SleepOnMonitor()
    {
        lock (this)
        {
            if (Interlocked.CompareExchange(ref *_state, Asleep, Absent) == Absent)
            {
                while (Volatile.Read(ref *_state) == Asleep)
                {
                    Monitor.Wait(this);
                }
            }
        }
    }
}
