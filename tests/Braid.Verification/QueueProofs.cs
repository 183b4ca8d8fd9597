using Braid.Checking;

namespace Braid.Verification;

public sealed class QueueProofs
{
    [Fact]
    public void A_bounded_queue_delivers_all_items_in_order() => Prove.That(2, static () =>
    {
        var queue = new Queues.Queue<int>(maxsize: 1);
        int wrong = 0;
        Crew.Run(
            () =>
            {
                queue.Put(0);
                queue.Put(1);
            },
            () =>
            {
                wrong += queue.Get() == 0 ? 0 : 1;
                wrong += queue.Get() == 1 ? 0 : 1;
            });
        Claim.That(wrong == 0 && queue.Empty, "the items come in order, and all of them");
    });

    [Fact]
    public void Two_putters_and_one_getter_lose_nothing() => Prove.That(1, static () =>
    {
        var queue = new Queues.Queue<int>(maxsize: 1);
        int sum = 0;
        Crew.Run(() => queue.Put(1), () => queue.Put(2), () => sum = queue.Get() + queue.Get());
        Claim.That(sum == 3 && queue.Empty, "both items came");
    });

    [Fact]
    public void Two_getters_share_what_one_putter_puts() => Prove.That(1, static () =>
    {
        var queue = new Queues.Queue<int>();
        int first = 0;
        int second = 0;
        Crew.Run(
            () => first = queue.Get(),
            () => second = queue.Get(),
            () =>
            {
                queue.Put(1);
                queue.Put(2);
            });
        Claim.That(first + second == 3 && first != second, "each got one of the items");
    });

    [Fact]
    public void An_item_carries_what_was_written_before_it_was_put() => Prove.That(2, static () =>
    {
        var queue = new Queues.Queue<int[]>();
        Crew.Run(
            () =>
            {
                int[] box = new int[1];
                box[0] = 7;
                queue.Put(box);
            },
            () => Claim.That(queue.Get()[0] == 7, "the item is whole"));
    });

    [Fact]
    public void An_item_that_a_wait_does_not_get_in_time_is_not_lost() => Prove.That(
        2,
        static () =>
        {
            var queue = new Queues.Queue<int>();
            bool got = false;
            Crew.Run(() => got = queue.TryGet(out _, TimeSpan.FromSeconds(1)), () => queue.Put(1));
            Claim.That(queue.Qsize == (got ? 0 : 1), "the item was got, or is still there");
        },
        ClockMode.Racing);

    [Fact]
    public void A_put_that_times_out_puts_nothing() => Prove.That(
        2,
        static () =>
        {
            var queue = new Queues.Queue<int>(maxsize: 1);
            queue.Put(0);
            bool put = false;
            Crew.Run(() => put = queue.TryPut(1, TimeSpan.FromSeconds(1)), () => queue.Get());
            Claim.That(queue.Qsize == (put ? 1 : 0), "the item was put, or is not there");
        },
        ClockMode.Racing);

    [Fact]
    public void A_join_ends_when_all_items_are_done() => Prove.That(2, static () =>
    {
        var queue = new Queues.Queue<int>();
        int done = 0;
        queue.Put(1);
        queue.Put(2);
        var worker = new Thread(() =>
        {
            for (int i = 0; i < 2; i++)
            {
                queue.Get();
                done++;
                queue.TaskDone();
            }
        });
        worker.Start();
        queue.Join();
        Claim.That(done == 2 && queue.UnfinishedTasks == 0, "both items are done");
        worker.Join();
    });

    [Fact]
    public void Shutdown_releases_waiting_getters() => Prove.That(1, static () =>
    {
        var queue = new Queues.Queue<int>();
        int got = 0;
        int refused = 0;
        Crew.Run(Get, Get, () =>
        {
            queue.Put(1);
            queue.Shutdown();
        });
        Claim.That(got == 1 && refused == 1, "the item is still got, and the other one is refused");

        void Get()
        {
            try
            {
                queue.Get();
                Interlocked.Increment(ref got);
            }
            catch (Queues.QueueShutDownException)
            {
                Interlocked.Increment(ref refused);
            }
        }
    });

    [Fact]
    public void Shutdown_releases_waiting_putters() => Prove.That(2, static () =>
    {
        var queue = new Queues.Queue<int>(maxsize: 1);
        queue.Put(0);
        bool refused = false;
        Crew.Run(
            () =>
            {
                try
                {
                    queue.Put(1);
                }
                catch (Queues.QueueShutDownException)
                {
                    refused = true;
                }
            },
            () => queue.Shutdown());
        Claim.That(refused && queue.Qsize == 1, "nothing was put");
    });

    [Fact]
    public void Immediate_shutdown_releases_joiners() => Prove.That(1, static () =>
    {
        var queue = new Queues.Queue<int>();
        queue.Put(1);
        queue.Put(2);
        Crew.Run(() => queue.Join(), () => queue.Shutdown(immediate: true));
        Claim.That(queue.UnfinishedTasks == 0 && queue.Empty, "the items are dropped");
    });

    [Fact]
    public void A_lifo_queue_loses_nothing() => Prove.That(1, static () =>
    {
        var queue = new Queues.LifoQueue<int>(maxsize: 1);
        int sum = 0;
        Crew.Run(() => queue.Put(1), () => queue.Put(2), () => sum = queue.Get() + queue.Get());
        Claim.That(sum == 3 && queue.Empty, "both items came");
    });

    [Fact]
    public void A_priority_queue_returns_its_smallest_item() => Prove.That(2, static () =>
    {
        var queue = new Queues.PriorityQueue<int>();
        queue.Put(2);
        int first = 0;
        int second = 0;
        Crew.Run(
            () => queue.Put(1),
            () =>
            {
                first = queue.Get();
                second = queue.Get();
            });
        Claim.That((first, second) is (1, 2) or (2, 1), "both items came");
    });

    [Fact]
    public void A_simple_queue_delivers_all_items_in_order() => Prove.That(2, static () =>
    {
        var queue = new Queues.SimpleQueue<int>();
        int wrong = 0;
        Crew.Run(
            () =>
            {
                queue.Put(0);
                queue.Put(1);
            },
            () =>
            {
                wrong += queue.Get() == 0 ? 0 : 1;
                wrong += queue.Get() == 1 ? 0 : 1;
            });
        Claim.That(wrong == 0 && queue.Empty, "the items come in order, and all of them");
    });

    [Fact]
    public void A_simple_queue_serves_two_getters() => Prove.That(1, static () =>
    {
        var queue = new Queues.SimpleQueue<int>();
        int first = 0;
        int second = 0;
        Crew.Run(() => first = queue.Get(), () => second = queue.Get(), () =>
        {
            queue.Put(1);
            queue.Put(2);
        });
        Claim.That(first + second == 3 && first != second, "each got one of the items");
    });
}
