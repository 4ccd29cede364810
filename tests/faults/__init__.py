"""Faults: the program is killed, cut off, filled up, lied to; and nothing that was acknowledged is lost.

The program of `test_kill` and of `make soak` is the real one in a process of its own (`nursery`, `lives`), between
platforms, a mailbox and people (`town`, `sides`) that outlive it. An `evening` goes by until it dies at a failpoint, it is
started again, and the `oracle` holds database, chats and mailbox against the `ledger` of what people were told.

Which test injects which fault (`test_table` sees that they are there):

killed at a named place             tests/faults/test_kill.py::test_a_crash_at_any_of_these_places_loses_nothing_and_repeats_nothing
killed at any time                  tests/faults/test_kill.py::test_a_crash_at_any_time_loses_nothing_and_repeats_nothing
killed on PostgreSQL                tests/faults/test_postgres.py::test_a_crash_on_postgresql_loses_nothing_and_repeats_nothing
killed while the key file is made   tests/faults/test_kill.py::test_a_crash_while_the_key_file_is_made_leaves_none_and_the_next_start_makes_it
fsync for every commit              tests/faults/test_disk.py::test_every_commit_is_flushed_to_the_disk
pragmas on every connection         tests/faults/test_disk.py::test_every_connection_flushes_its_commits_and_minds_references
another writer, for a while         tests/faults/discord/test_disk.py::test_a_report_waits_for_another_program_that_holds_the_file
another writer, for too long        tests/faults/discord/test_disk.py::test_a_report_that_waited_too_long_for_the_file_is_refused_and_taken_later
disk full (max_page_count)          tests/faults/discord/test_disk.py::test_on_a_full_disk_a_report_is_refused_in_plain_words_and_nothing_half_is_kept
disk full, Telegram                 tests/faults/telegram/test_disk.py::test_telegram_keeps_what_a_full_disk_cannot_take
disk full (RLIMIT_FSIZE)            tests/faults/test_disk.py::test_a_file_that_may_not_grow_keeps_what_was_committed_and_nothing_half
folder that cannot be written       tests/faults/test_disk.py::test_a_folder_that_cannot_be_written_is_told_by_name
429, 5xx, HTML, cut JSON, resets    tests/faults/discord/test_answers.py::test_every_step_comes_to_its_end_and_nobody_is_warned_twice
the same, Telegram                  tests/faults/telegram/test_answers.py::test_every_step_comes_to_its_end_and_nobody_is_warned_twice
429 at the edge                     tests/platforms/discord/test_errors.py::test_a_limit_at_the_edge_tells_how_long_to_wait
reset after a report was taken      tests/platforms/discord/test_wire_answering.py::test_an_answer_whose_receipt_was_lost_is_not_given_twice
network gone                        tests/faults/discord/test_answers.py::test_a_network_that_went_away_delays_a_report_and_loses_none
network gone for a day, Telegram    tests/faults/telegram/test_answers.py::test_a_network_that_was_away_for_a_day_delays_everything_and_loses_nothing
invalid session                     tests/faults/discord/test_answers.py::test_a_session_that_is_declared_invalid_is_begun_anew_and_nothing_missed
duplicate and reordered events      tests/faults/discord/test_answers.py::test_events_that_come_twice_or_in_the_wrong_order_make_one_case
messages read again                 tests/faults/discord/test_read_again.py::test_messages_that_are_read_again_after_a_crash_count_once
a closed case read again            tests/faults/discord/test_read_again.py::test_a_case_that_was_closed_before_the_crash_is_not_opened_again
duplicate updates                   tests/stories/telegram/test_restart.py::test_an_update_that_comes_twice_counts_once
reordered updates                   tests/faults/telegram/test_answers.py::test_updates_in_the_wrong_order_lose_no_report
missing updates                     tests/faults/telegram/test_answers.py::test_a_message_that_was_never_delivered_can_be_reported_all_the_same
edit before its message             tests/faults/telegram/test_answers.py::test_an_edit_that_comes_before_its_message_is_heard
in doubt, then refused for sure     tests/outbox/test_turns.py::test_a_word_that_may_have_been_heard_is_looked_for_though_a_later_try_surely_failed
in doubt, two with the same words   tests/outbox/test_turns.py::test_two_that_look_for_the_same_words_do_not_both_find_what_was_said_once
killed while a notice waits         tests/outbox/test_turns.py::test_a_public_word_that_waits_for_its_turn_is_not_noted_as_begun
token revoked, by webhook           tests/stories/telegram/test_webhook.py::test_a_revoked_token_ends_the_program_with_a_sentence_as_it_does_by_polling
unreadable updates                  tests/platforms/telegram/test_inbox.py::test_what_cannot_be_read_is_set_aside_at_once
two programs, one token, Discord    tests/faults/discord/test_answers.py::test_an_interaction_that_two_programs_answer_is_done_once
two programs, one token, Telegram   tests/platforms/telegram/test_poll.py::test_a_second_program_on_the_token_stops_the_first
clock set back                      tests/faults/test_clock.py::test_an_effect_whose_clock_was_set_back_is_done_all_the_same
clock set forward                   tests/faults/test_clock.py::test_a_clock_that_jumps_ahead_leaves_every_effect_done_once
summer time, ends of months         tests/faults/test_clock.py::test_a_working_day_ends_where_people_would_say_that_it_does
forbidden DMs, Discord's codes      tests/platforms/discord/test_errors.py::test_each_refusal_is_one_of_our_errors_in_plain_words
forbidden DMs, Telegram's words     tests/platforms/telegram/test_talk.py::test_a_person_who_cannot_be_written_to_is_unreachable
a forbidden DM stops no step        tests/stories/discord/test_steps.py::test_closed_direct_messages_are_shown_on_the_card_and_nothing_is_blocked
message gone already                tests/platforms/discord/test_wire_acting.py::test_a_message_that_is_gone_already_is_said_to_be_gone
message too old (14 days)           tests/platforms/discord/test_wire_acting.py::test_messages_too_old_for_a_group_go_one_by_one
message too old (48 h), gone        tests/platforms/telegram/test_acting.py::test_for_each_message_it_is_told_what_became_of_it
permission lost                     tests/platforms/discord/test_wire_acting.py::test_without_the_right_the_answer_names_it_and_asks_no_more
permission lost, Telegram           tests/platforms/telegram/test_acting.py::test_without_the_right_to_delete_the_right_is_named
target ranks higher                 tests/platforms/discord/test_wire_acting.py::test_a_higher_role_cannot_be_removed_and_says_what_to_do
target in charge, Telegram          tests/platforms/telegram/test_acting.py::test_those_in_charge_are_out_of_reach_and_it_is_said_before_anything_is_tried
bot kicked                          tests/platforms/telegram/test_acting.py::test_leaving_a_chat_we_were_taken_out_of_is_no_failure
group becomes a supergroup          tests/stories/telegram/test_troubles.py::test_a_group_that_becomes_a_supergroup_stays_bound_and_its_case_goes_on
officer not to be reached           tests/stories/discord/test_escalating.py::test_an_officer_with_closed_direct_messages_has_it_by_email
SMTP 4xx, 5xx, cut after DATA       tests/faults/discord/test_mail.py::test_an_escalation_by_mail_arrives_and_a_repeat_says_so
SMTP timeout after DATA             tests/messengers/test_email.py::test_an_answer_that_never_comes_leaves_it_uncertain
SMTP address refused                tests/faults/discord/test_mail.py::test_an_address_that_is_refused_for_good_leaves_the_other_way_to_reach_the_officer
bad rules at the start              tests/faults/discord/test_config.py::test_a_pack_that_cannot_be_used_stops_no_report_and_is_told_in_the_log
PostgreSQL backend terminated       tests/faults/test_postgres.py::test_a_change_whose_connection_is_ended_leaves_nothing_and_the_next_one_works
changes in each other's way         tests/faults/test_postgres.py::test_changes_that_get_into_each_others_way_are_done_wholly_or_not_at_all
"""  # noqa: E501 - a table's lines are as long as the names in them
